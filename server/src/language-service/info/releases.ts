/** The releases as the surfaces need them: to check and to suggest what people give as `mender.release`. */
export { isRelease, RELEASE_EXAMPLES } from '../../mender/recognition/recognise-release';
