/** The parts that services play in a Mender server, and the signs by which each is known. */
import type { Role } from '../model/layout';

export const roles: readonly Role[] = [
  {
    id: 'api-gateway',
    title: 'API gateway',
    names: ['mender-api-gateway'],
    commonNames: ['traefik'],
    marks: ['/var/www/mendersoftware/'],
    images: ['api-gateway'],
  },
  {
    id: 'storage-proxy',
    title: 'storage proxy',
    names: [],
    commonNames: ['storage-proxy'],
    marks: ['/var/www/storage-proxy/'],
    images: [],
  },
  {
    id: 'deployments',
    title: 'deployments service',
    names: ['mender-deployments'],
    commonNames: ['deployments'],
    marks: [],
    images: ['deployments', 'deployments-enterprise'],
  },
  {
    id: 'useradm',
    title: 'user administration service',
    names: ['mender-useradm'],
    commonNames: ['useradm'],
    marks: ['/etc/useradm'],
    images: ['useradm', 'useradm-enterprise'],
  },
  {
    id: 'deviceauth',
    title: 'device authentication service',
    names: ['mender-device-auth', 'mender-deviceauth'],
    commonNames: ['deviceauth'],
    marks: ['/etc/deviceauth'],
    images: ['deviceauth', 'deviceauth-enterprise'],
  },
  {
    id: 'tenantadm',
    title: 'tenant administration service',
    names: ['mender-tenantadm'],
    commonNames: ['tenantadm'],
    marks: ['/etc/tenantadm'],
    images: ['tenantadm'],
  },
  {
    id: 'mtls',
    title: 'mutual TLS gateway',
    names: ['mtls-ambassador'],
    commonNames: ['mtls-gateway'],
    marks: ['/etc/mtls/certs'],
    images: ['mtls-ambassador', 'mender-gateway'],
  },
];
