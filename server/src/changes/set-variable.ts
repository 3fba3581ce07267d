/** Sets a variable of a service where its value stands. */
import type { EnvironmentVariable } from '../compose/types';
import type { MenderComponent } from '../mender/model/deployment';
import { fileOf } from './mount-operations';
import type { FileOperation, FixContext } from './types';

/** Values that mean themselves in every file of variables. */
const PLAIN = /^[\w./:-]+$/;

/**
 * The operation: in the file of `env_file` that gives the variable its value, else in the compose file, which comes
 * before such files. `known` is the variable as it is, undefined where the service has none of that name.
 */
export function environmentOperation(
  name: string,
  value: string,
  known: EnvironmentVariable | undefined,
  mender: MenderComponent,
  context: FixContext,
): FileOperation {
  const isCompose = (file: string) => context.deployment.stack.files.some((other) => other.file === file);
  if (known !== undefined && !isCompose(known.span.file)) {
    const { valueSpan, nameSpan } = known;
    // A name alone takes its value from the shell, where nothing can be set.
    if (PLAIN.test(value) && valueSpan.start !== nameSpan.start) {
      const { file, start, end } = valueSpan;
      const service = mender.service.name;
      return { file, operation: { op: 'replace', service, start, end, text: value } };
    }
  }
  const file = known !== undefined && isCompose(known.span.file) ? known.span.file : fileOf(mender, context);
  return { file, operation: { op: 'set-environment', service: mender.service.name, name, value } };
}
