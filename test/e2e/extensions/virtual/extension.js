// A file system that is nowhere but in this process: `memfs:/…`, with what files.json beside this file says at its start.
const vscode = require('vscode');

class Memory {
  constructor(files) {
    this.changes = new vscode.EventEmitter();
    this.onDidChangeFile = this.changes.event;
    this.files = new Map(Object.entries(files).map(([path, text]) => [path, file(Buffer.from(text))]));
  }

  stat({ path }) {
    const found = this.files.get(path);
    if (found) return { type: vscode.FileType.File, ctime: 0, mtime: found.mtime, size: found.bytes.length };
    if (this.below(path).length > 0) return { type: vscode.FileType.Directory, ctime: 0, mtime: 0, size: 0 };
    throw vscode.FileSystemError.FileNotFound(path);
  }

  readDirectory({ path }) {
    const start = path.endsWith('/') ? path : `${path}/`;
    const names = new Map();
    for (const each of this.below(path)) {
      const [name, ...more] = each.slice(start.length).split('/');
      names.set(name, more.length === 0 ? vscode.FileType.File : vscode.FileType.Directory);
    }
    return [...names];
  }

  readFile({ path }) {
    const found = this.files.get(path);
    if (!found) throw vscode.FileSystemError.FileNotFound(path);
    return found.bytes;
  }

  writeFile(uri, bytes) {
    const type = this.files.has(uri.path) ? vscode.FileChangeType.Changed : vscode.FileChangeType.Created;
    this.files.set(uri.path, file(Buffer.from(bytes)));
    this.changes.fire([{ type, uri }]);
  }

  delete(uri) {
    this.files.delete(uri.path);
    this.changes.fire([{ type: vscode.FileChangeType.Deleted, uri }]);
  }

  rename(from, to) {
    this.writeFile(to, this.readFile(from));
    this.delete(from);
  }

  // A directory is there for as long as a file is in it.
  createDirectory() {}

  watch() {
    return { dispose() {} };
  }

  below(path) {
    const start = path.endsWith('/') ? path : `${path}/`;
    return [...this.files.keys()].filter((each) => each.startsWith(start));
  }
}

function file(bytes) {
  return { bytes, mtime: Date.now() };
}

exports.activate = (context) => {
  const memory = new Memory(require('./files.json'));
  context.subscriptions.push(
    vscode.workspace.registerFileSystemProvider('memfs', memory),
    vscode.commands.registerCommand('virtual.add', () => {
      const { length } = vscode.workspace.workspaceFolders ?? [];
      const folder = { uri: vscode.Uri.parse('memfs:/production'), name: 'memory' };
      vscode.workspace.updateWorkspaceFolders(length, 0, folder);
    }),
  );
};
