/** Edits of files that are written in other ways than most: JSON, remarks in brackets, values that are no text, damage. */

import { describe, expect, it } from 'vitest';
import { editCompose } from '../../../server/src/compose/edit/edit';
import { applyChanges } from '../../../server/src/compose/syntax/line-index';
import { yaml } from '../../yaml';

const ADD = {
  op: 'add-mount',
  service: 'a',
  mount: { source: './k.pem', target: '/k.pem', readOnly: true },
} as const;
const SET = { op: 'set-environment', service: 'a', name: 'B', value: 'x' } as const;

function edited(text: string, ...operations: Parameters<typeof editCompose>[1]): string {
  const { changes, undone } = editCompose(text, operations);
  expect(undone).toEqual([]);
  return applyChanges(text, changes);
}

describe('an edit', () => {
  it('of JSON is JSON', () => {
    const text = '{\n  "services": {\n    "a": { "image": "x", "environment": { "A": "1" } }\n  }\n}\n';
    const now = edited(text, ADD, SET);
    expect(JSON.parse(now)).toEqual({
      services: { a: { image: 'x', environment: { A: '1', B: 'x' }, volumes: ['./k.pem:/k.pem:ro'] } },
    });
    const list =
      '{ "services": { "a": { "volumes": [{ "type": "bind", "source": "./a", "target": "/a" }] } } }';
    expect(JSON.parse(edited(list, ADD)).services.a.volumes).toHaveLength(2);
  });

  it.each(['', ','])('in brackets leaves a remark with what it is about (%s)', (comma) => {
    const text = yaml`
      services:
        a:
          environment: {
            A: "1"${comma} # about A
          }
    `;
    expect(edited(text, SET)).toBe(
      yaml`
        services:
          a:
            environment: {
              A: "1", # about A
              B: x
            }
      `,
    );
  });

  it.each(['!!binary aGVsbG8=', '!!timestamp 2024-01-01'])('is made beside %s', (value) => {
    const text = yaml`
      x-value: ${value}
      services:
        a:
          image: x
    `;
    expect(edited(text, ADD)).toContain('./k.pem:/k.pem:ro');
  });

  it('is not made in a service with a list in brackets whose lines are no deeper than its key', () => {
    const text = yaml`
      services:
        a:
          volumes: [
          ./x:/x,
          ]
        b:
          image: y
    `;
    expect(editCompose(text, [ADD])).toEqual({ changes: [], undone: [ADD] });
  });
});
