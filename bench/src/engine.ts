/** What is measured without a wire between: bundled by build-engine.mjs. */
export { nodeHost } from '../../server/src/host/node-host';
export { make } from '../../server/src/pki/generate';
export { createService } from '../../server/src/service/create-service';
