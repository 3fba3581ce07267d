/**
 * Key pairs whose private half anyone can download: those that Mender ships for demos, examples and tests. By
 * fingerprints alone; the keys themselves are nowhere here.
 */

export type PublishedRole = 'demo-deployment' | 'production-example' | 'helm-example' | 'test';

export interface PublishedKey {
  readonly role: PublishedRole;
  /** For a sentence: "Mender's demo certificate and key for docker.mender.io". */
  readonly what: string;
  /** For a sentence, after "published with": "releases 1.0.0 to 3.0.3". */
  readonly publishedIn: string;
}

interface Row extends PublishedKey {
  /** The first 128 bits of each SHA-256 in hex, a space between them: more than chance ever meets. */
  readonly keys: string;
  readonly certificates: string;
}

const DIGITS = 32;

/** The published pair of this public key (lower-case hex SHA-256 of the SubjectPublicKeyInfo), if it is one. */
export function publishedKey(publicKeyFingerprint: string | undefined): PublishedKey | undefined {
  return find(publicKeyFingerprint, 'keys');
}

/** The published pair of this certificate (lower-case hex SHA-256 of its DER), if it is one. */
export function publishedCertificate(certificateFingerprint: string | undefined): PublishedKey | undefined {
  return find(certificateFingerprint, 'certificates');
}

function find(fingerprint: string | undefined, column: 'keys' | 'certificates'): PublishedKey | undefined {
  if (fingerprint === undefined || fingerprint.length !== 64) return undefined;
  const start = fingerprint.slice(0, DIGITS);
  const row = ROWS.find((each) => each[column].split(' ').includes(start));
  return row && { role: row.role, what: row.what, publishedIn: row.publishedIn };
}

const ROWS: readonly Row[] = [
  {
    role: 'demo-deployment',
    what: "Mender's demo certificate and key for docker.mender.io",
    publishedIn: 'releases 3.1.0 to 3.8.5 and mender-server 4',
    keys: '3c16fc8c999508ba8fb3ef946b292dd7',
    certificates: '5642dec9bab14ba368996673f7bef2c7',
  },
  {
    role: 'demo-deployment',
    what: "Mender's demo certificate and key for docker.mender.io",
    publishedIn: 'releases 1.0.0 to 3.0.3',
    keys: 'ef11248d457e4170764131bc4d8c1a16',
    certificates: 'c817cfece6b2ea6df6de291f0e6875d7',
  },
  {
    role: 'demo-deployment',
    what: "Mender's demo certificate and key for s3.docker.mender.io",
    publishedIn: 'releases 1.0.0 to 3.0.3',
    keys: '303529638fdd75478ff9ed45e22792b9',
    certificates: '30119acb7c93a1c2833453b69c949bf4',
  },
  {
    role: 'demo-deployment',
    what: "Mender's demo token key of device authentication",
    publishedIn: 'releases 1.0.0 to 3.8.5',
    keys: 'ab70152fcaf8f82a1ccaa03e85aa9f51',
    certificates: '',
  },
  {
    role: 'demo-deployment',
    what: "Mender's demo token key of user administration",
    publishedIn: 'releases 1.0.0 to 3.8.5',
    keys: '0b16694bd73e26a12da53996ab7262fe',
    certificates: '',
  },
  {
    role: 'demo-deployment',
    what: "Mender's demo token key of user administration and device authentication",
    publishedIn: 'mender-server 4',
    keys: 'c980b69f314a43d99478d3a6572ee9a9',
    certificates: '',
  },
  {
    role: 'demo-deployment',
    what: "Mender's demo token key of device authentication",
    publishedIn: 'betas before 1.0.0 and the tests of mender-server 4',
    keys: '427219bf24916e859c9a2cab3ebe8005',
    certificates: '',
  },
  {
    role: 'demo-deployment',
    what: "Mender's demo token key of user administration",
    publishedIn: 'betas before 1.0.0 and the tests of mender-server 4',
    keys: 'da85bceb6c6a5521b450f65daead0aff',
    certificates: '',
  },
  {
    role: 'demo-deployment',
    what: "Mender's demo certificate and key for docker.mender.io",
    publishedIn: 'betas before 1.0.0',
    keys: '4fc72cd9ea0a2c89fb314719985d78be',
    certificates: '180ba971db0ab977f42abf63d3ab9aef',
  },
  {
    role: 'demo-deployment',
    what: "Mender's demo certificate and key for s3.docker.mender.io",
    publishedIn: 'betas before 1.0.0',
    keys: '19c2c9dc0ba3299a59be6634338a1026',
    certificates: 'd78f6f575d88c409a24438014fb57a15',
  },
  {
    role: 'demo-deployment',
    what: 'a demo certificate and key of Mender for mender.local',
    publishedIn: 'a branch of mender-server',
    keys: 'e6c53ea981bc96d79b58d0acc60fd4fd',
    certificates: 'c677d1f2d527fc3ad83af190b4e8accc',
  },
  {
    role: 'production-example',
    what: 'an example key of a production environment of Mender',
    publishedIn: 'releases 1.1.1 to 3.8.5',
    keys:
      'b5e31d2ebe6f403313971048580475a7 ec1693b9e90996a49f98530287fc4640 d53ec8eb886492ab90b9753713f52fc3 ' +
      '6b38b082f4abb59ca2190a2cf6ecf130',
    certificates: 'fa374c32f44aa21df3cb4b2cbd94ebc0 01517a21c793e343a4fa8e668c286837',
  },
  {
    role: 'helm-example',
    what: "an example key of Mender's Helm chart",
    publishedIn: 'the Helm chart',
    keys:
      'a237122817f987bb813a7466e22fc8b1 beaff3f37c375b2aa30cff9494ef812b 7e8d47909b9af183080ade50a962ca59 ' +
      'ba3f493c32e3dbfb2e8351b22ce55582 426bc61ac5248d3b3de0a120c35c5f57',
    certificates: '514c1155f21a06a132792e2ecb08a49a 520a37cb707b955ccdfaa08c0970a5bc',
  },
  {
    role: 'test',
    what: "a test key of Mender's repositories",
    publishedIn: "Mender's repositories",
    keys:
      '9ee2adb6b0f210ace579562767193b7f 68c054439e8bd7fcfa95fd86a84d0dfa 107fc4e71cba8fb3f68f9420d59ca6c3 ' +
      '47699cddf4fec4d845724dd9603a16c0 6f9a1b3b14678b7a4d281cbedd12ec75 4aebf636578e3bcb641ddbe561f4a35b ' +
      'fc466dcdf03d83d0e081e4f82d91cd56 27a3a3d6e66ce95af277c76a45d76880 d7f13ba683a15e4491a403bae66c4a27 ' +
      'f8a69bee3de84a630c03a8f2d6a85ba7 45ca18dcd168b8b110031a990afc129f f64c971a9425ef62cc7eb48db11125c2 ' +
      'c394a961e4d04bd44750f7a843f89639 1b7ae5d9fc3e73cc7dad6191d68f4e35 35d5efa7ee0201dee87d70d505caae30 ' +
      '2a0d0f5c883b42d8c541d6946964ea2e 3b776767796755b8e149e4664ad947ad 274ab096e248bcb81c884c1416e37d70 ' +
      '2a38f5a4061282e117079937770d7c77 ecd12ae225d24ccc4ed8cbc1c8493e6d 1512d4285f189e3af249d5c42f538195 ' +
      'fccf032dcba7a109abc971d9507015f3 73d017208fc475fe785e3e70f64bddb7 173de1f9daf9d11f40a6bf04822b0576 ' +
      '81050c32b3cf173a68b43aeae8e31d76 71a8158f6554ab2526b81d5db5706e25 5fd03edd327be00b136de8a77338cbc5 ' +
      '5adcbc021231c148ec72f86ac6e59579 e999a30ad3e26ea185fac38c9d94b45b 197b1b8872814ecf7b09d77a235dc467 ' +
      '07a15c23312ab4e6ae8210fe92274a3d c62cdc4a80f5a74f05249736770936a4 ced479c532e2a86495244f18ca058327 ' +
      'cdadfb8728fa5952fa0771c0b39c121c 6e2e8410a5c3e8027c29c44a337bba8e 2ae995500db1cc96f3c1151a4a1fcd3e ' +
      '7dd2dc27476f90a7fc9fd7efd146a1a8 f43730ee3210aeb72f59cbbcd27677f6',
    certificates:
      '251f1e3248fc4f2df0eb5945eec572ac 242befeeb37e7fd6aa7ad2b2cf9646e3 e43550ffba9a3e361bea1f5c7b4b1e8b ' +
      '5107a0a6af29b844677f7796a27ac854 49354476951d5197c472de2abaf633bc 7336ef1328fd3d884e9ab5724a189b4f ' +
      '41f3137ac82bc38550cb467387183090 416b86811abb7a6729872e962b602d48 2f459f1223eee5bb69c99055975ffe77 ' +
      '448a1fa78db71517dec8ae1fd5f4c656 4871faafeafc6c025b3c96dc857866f8 a61e4cb3bb45319469c569dfdf93a0f3 ' +
      '2bf58609bb906beffc2fa23d19ba5e69 0d438530936987bb6d19359f2d76bed2 f7df961297434e5fdeeff26a74aa082f ' +
      '9477f5ade0efa87f1df240ab496cc3e8 85d8606b9762f69629dce0dcfcac2042',
  },
];
