/** The colours of a drawing, and its style sheet. Pure. */
import type { MapState } from '../../language-service/api/key-map';

export type ThemeName = 'light' | 'dark';

interface Palette extends Readonly<Record<MapState, string>> {
  readonly background: string;
  readonly foreground: string;
  readonly muted: string;
  readonly box: string;
  readonly border: string;
  readonly shared: string;
  readonly today: string;
  readonly focus: string;
  readonly font: string;
}

const FONT = "system-ui, 'Segoe UI', Roboto, 'Helvetica Neue', 'DejaVu Sans', sans-serif";

const PALETTES: Readonly<Record<ThemeName, Palette>> = {
  light: {
    background: '#ffffff',
    foreground: '#1f2328',
    muted: '#57606a',
    box: '#f6f8fa',
    border: '#8c959f',
    good: '#1a7f37',
    information: '#0969da',
    warning: '#9a6700',
    error: '#cf222e',
    unknown: '#6e7781',
    shared: '#8250df',
    today: '#0969da',
    focus: '#0969da',
    font: FONT,
  },
  dark: {
    background: '#1f1f1f',
    foreground: '#e6edf3',
    muted: '#a5adb8',
    box: '#2a2d31',
    border: '#6e7681',
    good: '#3fb950',
    information: '#58a6ff',
    warning: '#d29922',
    error: '#f85149',
    unknown: '#8b949e',
    shared: '#bc8cff',
    today: '#58a6ff',
    focus: '#58a6ff',
    font: FONT,
  },
};

/** VS Code's variables, so that a drawing in it looks right in every theme; where one isn't set, the light palette. */
const VARIABLES: Readonly<Record<keyof Palette, readonly string[]>> = {
  background: ['editor-background'],
  foreground: ['editor-foreground', 'foreground'],
  muted: ['descriptionForeground', 'foreground'],
  box: ['editorWidget-background'],
  border: ['contrastBorder', 'editorWidget-border', 'descriptionForeground'],
  good: ['charts-green'],
  information: ['editorInfo-foreground', 'charts-blue'],
  warning: ['editorWarning-foreground', 'charts-yellow'],
  error: ['editorError-foreground', 'charts-red'],
  unknown: ['descriptionForeground', 'foreground'],
  shared: ['charts-purple'],
  today: ['charts-blue', 'focusBorder'],
  focus: ['focusBorder'],
  font: ['font-family'],
};

function variable(name: keyof Palette): string {
  return VARIABLES[name].reduceRight(
    (fallback, each) => `var(--vscode-${each}, ${fallback})`,
    PALETTES.light[name],
  );
}

const STATES: readonly MapState[] = ['good', 'information', 'warning', 'error', 'unknown'];

/** The style sheet: with a theme's own colours, or with those of the VS Code window around. */
export function styleSheet(theme: ThemeName | 'vscode'): string {
  const colour = (name: keyof Palette) => (theme === 'vscode' ? variable(name) : PALETTES[theme][name]);
  const states = STATES.flatMap((state) => [
    `.map-edge.${state} .line{stroke:${colour(state)}}`,
    `.map-box.${state} .frame{stroke:${colour(state)}}`,
    `.mark.${state}{stroke:${colour(state)}}`,
    `.life.${state}{fill:${colour(state)}}`,
    `.tip.${state}{fill:${colour(state)}}`,
  ]);
  return [
    `.map-svg text{font-family:${colour('font')};fill:${colour('foreground')}}`,
    `.map-svg .page{fill:${colour('background')}}`,
    '.map-svg .title{font-size:17px;font-weight:600}',
    '.map-svg .name{font-size:13px;font-weight:600}',
    `.map-svg .small{font-size:12px;fill:${colour('muted')}}`,
    `.map-svg .heading{font-size:11px;fill:${colour('muted')}}`,
    '.map-svg .heading{font-weight:600;letter-spacing:.06em}',
    `.map-svg .today-text{font-size:12px;font-weight:600;fill:${colour('foreground')}}`,
    `.frame{fill:${colour('box')};stroke-width:1.5}`,
    '.map-box.unknown .frame,.map-box.absent .frame{stroke-dasharray:5 4}',
    `.shared-frame{fill:none;stroke:${colour('shared')};stroke-width:3}`,
    '.map-svg .shared-text{font-size:12px;font-weight:700}',
    `.pill{fill:${colour('box')};stroke:${colour('shared')};stroke-width:2}`,
    '.line{fill:none;stroke-width:1.6}',
    '.map-edge.warning .line{stroke-width:2.2}',
    '.map-edge.error .line{stroke-width:2.6}',
    '.map-edge.unknown .line,.map-edge.unmounted .line{stroke-dasharray:5 4}',
    ...states,
    `.map-edge.shared .line,.line.shared{stroke:${colour('shared')};stroke-width:5}`,
    `.tip.shared{fill:${colour('shared')}}`,
    '.cut{pointer-events:none}',
    '.hit{fill:none;stroke:transparent;stroke-width:14}',
    `.icon{fill:none;stroke:${colour('foreground')};stroke-width:1.4;stroke-linecap:round;stroke-linejoin:round}`,
    '.mark{fill:none;stroke-width:2;stroke-linecap:round;stroke-linejoin:round}',
    `.axis{stroke:${colour('border')};stroke-width:1}`,
    `.grid{stroke:${colour('border')};stroke-width:1;stroke-opacity:.35}`,
    `.today{stroke:${colour('today')};stroke-width:2;stroke-dasharray:3 3}`,
    '.map-item{cursor:pointer;outline:none}',
    '.map-edge.map-item:hover .line{stroke-width:6}',
    '.map-box.map-item:hover .frame{stroke-width:3}',
    '.ring{fill:none;stroke:none}',
    `.map-item:focus-visible .ring{stroke:${colour('focus')};stroke-width:2}`,
    `.map-edge.map-item:focus-visible .ring{stroke-width:11;stroke-opacity:.6}`,
  ].join('\n');
}
