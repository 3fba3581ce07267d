// The settings of a VS Code that is thrown away afterwards: nothing that asks, counts, updates or animates.

/**
 * @param {Record<string, unknown>} [more] settings that are added, or win
 * @returns {Record<string, unknown>} the content of the user's settings.json
 */
export function quietSettings(more = {}) {
  return {
    'chat.commandCenter.enabled': false,
    'editor.accessibilitySupport': 'off',
    'editor.minimap.enabled': false,
    'extensions.autoCheckUpdates': false,
    'extensions.autoUpdate': false,
    'extensions.ignoreRecommendations': true,
    'files.autoSave': 'off',
    'git.autofetch': false,
    'git.openRepositoryInParentFolders': 'never',
    'security.workspace.trust.enabled': false,
    'telemetry.telemetryLevel': 'off',
    'update.mode': 'none',
    'update.showReleaseNotes': false,
    'window.commandCenter': false,
    'window.title': '${activeEditorShort}${separator}${rootName}',
    'window.restoreWindows': 'none',
    'workbench.colorTheme': 'Default Dark Modern',
    'workbench.enableExperiments': false,
    'workbench.reduceMotion': 'on',
    'workbench.startupEditor': 'none',
    'workbench.tips.enabled': false,
    'workbench.welcomePage.walkthroughs.openOnInstall': false,
    ...more,
  };
}
