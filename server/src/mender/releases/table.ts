/** The rows: all layouts, oldest first. A new release is one more here, and nothing anywhere else. */
import type { Layout } from '../model/layout';
import { server40 } from './mender-server';
import { docsBeta, nginx10 } from './nginx';
import { traefik27, traefik30 } from './traefik-2.7-to-3.0';
import {
  traefik31,
  traefik32,
  traefik33,
  traefik34,
  traefik35,
  traefik37,
  traefik38,
} from './traefik-3.1-to-3.8';

export const layouts: readonly Layout[] = [
  docsBeta,
  nginx10,
  traefik27,
  traefik30,
  traefik31,
  traefik32,
  traefik33,
  traefik34,
  traefik35,
  traefik37,
  traefik38,
  server40,
];
