/** The little of the browser's elements that is used here; the project's other code is compiled without its types. */
export interface PageElement {
  readonly textContent: string | null;
  getAttribute(name: string): string | null;
  querySelector(selector: string): PageElement | null;
}
