// The page of a webview.

/**
 * What `look` finds in the page of a webview. VS Code puts another frame in its place while it is being shown, which
 * takes away what is being looked at: then it is looked at again.
 */
export async function inWebview<T>(look: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await look();
    } catch (error) {
      if (tries === 5 || !/Frame was detached|context was destroyed/.test(String(error))) throw error;
    }
  }
}
