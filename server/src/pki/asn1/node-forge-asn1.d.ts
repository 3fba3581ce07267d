/** The one file of node-forge that is loaded; its types are those of the whole. */
declare module 'node-forge/lib/asn1.js' {
  import type { asn1 } from 'node-forge';

  const loaded: typeof asn1;
  export default loaded;
}
