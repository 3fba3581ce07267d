// @ts-check
// What the client of these measurements declares: what VS Code does, as far as one of the servers asks for it.

const dynamicRegistration = true;

export const capabilities = {
  general: { positionEncodings: ['utf-16'] },
  workspace: {
    applyEdit: true,
    configuration: true,
    workspaceFolders: true,
    workspaceEdit: { documentChanges: true, resourceOperations: ['create', 'rename', 'delete'] },
    didChangeConfiguration: { dynamicRegistration },
    didChangeWatchedFiles: { dynamicRegistration, relativePatternSupport: true },
    codeLens: { refreshSupport: true },
    symbol: { dynamicRegistration },
    executeCommand: { dynamicRegistration },
  },
  window: { workDoneProgress: true, showMessage: {}, showDocument: { support: true } },
  textDocument: {
    synchronization: { dynamicRegistration, willSave: true, willSaveWaitUntil: true, didSave: true },
    publishDiagnostics: {
      relatedInformation: true,
      versionSupport: false,
      tagSupport: { valueSet: [1, 2] },
      codeDescriptionSupport: true,
      dataSupport: true,
    },
    hover: { dynamicRegistration, contentFormat: ['markdown', 'plaintext'] },
    completion: {
      dynamicRegistration,
      contextSupport: true,
      completionItem: { snippetSupport: true, documentationFormat: ['markdown', 'plaintext'] },
    },
    codeAction: {
      dynamicRegistration,
      dataSupport: true,
      isPreferredSupport: true,
      codeActionLiteralSupport: {
        codeActionKind: { valueSet: ['', 'quickfix', 'refactor', 'source', 'source.fixAll'] },
      },
      resolveSupport: { properties: ['edit'] },
    },
    documentSymbol: { dynamicRegistration, hierarchicalDocumentSymbolSupport: true },
    formatting: { dynamicRegistration },
    codeLens: { dynamicRegistration },
    documentLink: { dynamicRegistration },
    foldingRange: { dynamicRegistration },
    definition: { dynamicRegistration },
  },
};
