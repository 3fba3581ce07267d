/** The page of the key map, empty yet. Pure text. */

export interface PageParts {
  /** Random, new for each page. */
  readonly nonce: string;
  /** As the webview reaches it. */
  readonly script: string;
  /** `webview.cspSource` */
  readonly source: string;
  /** Of the compose file. */
  readonly uri: string;
  /** The compose file's name. */
  readonly name: string;
}

/** Nothing is loaded but the one script; styles and scripts need the nonce, and nothing may be fetched. */
export function pageHtml({ nonce, script, source, uri, name }: PageParts): string {
  const policy = `default-src 'none'; style-src 'nonce-${nonce}'; script-src 'nonce-${nonce}' ${source}`;
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${escapeHtml(policy)}">
<title>Key map: ${escapeHtml(name)}</title>
<style nonce="${nonce}">${STYLES}</style>
<style nonce="${nonce}" id="map-styles"></style>
</head>
<body data-uri="${escapeHtml(uri)}">
<header>
<h1>Key map: ${escapeHtml(name)}</h1>
<div class="tools" role="toolbar" aria-label="Key map">
<button type="button" id="save">Save as SVG…</button>
<button type="button" id="copy">Copy as Mermaid</button>
</div>
</header>
<main>
<p id="message" role="status"></p>
<ul id="notes" hidden></ul>
<div id="map" hidden></div>
<p id="hint" hidden>Arrow keys move between services, lines and files; Enter opens what has the focus.</p>
<details id="table" hidden>
<summary>As a table</summary>
<table>
<thead><tr><th scope="col">Service</th><th scope="col">File</th><th scope="col">What it is</th><th scope="col">State</th></tr></thead>
<tbody id="rows"></tbody>
</table>
</details>
</main>
<script nonce="${nonce}" src="${escapeHtml(script)}"></script>
</body>
</html>
`;
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

const STYLES = `
body { padding: 0; margin: 0; color: var(--vscode-editor-foreground); background: var(--vscode-editor-background); font-family: var(--vscode-font-family); }
header { position: sticky; left: 0; top: 0; z-index: 1; display: flex; flex-wrap: wrap; align-items: center; gap: 8px 16px; padding: 8px 24px; background: var(--vscode-editor-background); border-bottom: 1px solid var(--vscode-contrastBorder, var(--vscode-editorWidget-border, transparent)); }
h1 { flex: 1 1 auto; margin: 0; font-size: 13px; font-weight: 600; overflow-wrap: anywhere; }
.tools { display: flex; gap: 8px; }
button { padding: 4px 12px; border: 1px solid var(--vscode-contrastBorder, var(--vscode-button-border, transparent)); border-radius: 2px; color: var(--vscode-button-secondaryForeground); background: var(--vscode-button-secondaryBackground); font: inherit; font-size: 12px; cursor: pointer; }
button:hover { background: var(--vscode-button-secondaryHoverBackground); }
button:focus-visible, summary:focus-visible { outline: 2px solid var(--vscode-focusBorder); outline-offset: 2px; }
button:disabled { opacity: 0.5; cursor: default; }
#message:empty { display: none; }
#message, #notes, #hint, #table { margin: 12px 24px; font-size: 13px; }
#notes { padding-left: 18px; }
#hint { color: var(--vscode-descriptionForeground); font-size: 12px; }
#map { overflow-x: auto; }
#map svg { display: block; max-width: 100%; min-width: 640px; height: auto; }
summary { width: fit-content; cursor: pointer; }
#table { overflow-x: auto; }
table { margin-top: 8px; border-collapse: collapse; }
td:last-child, thead th { white-space: nowrap; }
th, td { padding: 4px 12px 4px 0; text-align: left; vertical-align: top; white-space: pre-line; overflow-wrap: break-word; border-bottom: 1px solid var(--vscode-contrastBorder, var(--vscode-editorWidget-border, transparent)); }
`;
