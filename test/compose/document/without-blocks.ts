/** Run before the tests of the project `whole`: no file is parsed in blocks. */
import { parsing } from '../../../server/src/compose/document/document';

parsing.inBlocks = false;
