/** Lets VS Code translate. Imported before anything that holds texts. */
import * as vscode from 'vscode';
import { useTranslator } from './translate';

useTranslator(vscode.l10n.t);
