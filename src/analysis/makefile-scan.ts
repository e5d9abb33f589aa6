/** What a makefile depends on that make's trace does not tell. */
export interface MakefileScan {
  /** Shell commands whose output becomes part of a value (`!=`, `:!…!`, `:sh`), as they stand in the file. */
  readonly commands: readonly ScannedCommand[];
  /** Variables whose value is used as a modifier. */
  readonly usedMacros: ReadonlySet<string>;
  /** Files that are read where they exist, as they stand in the file, if they may be full paths: those leave no trace. */
  readonly includes: readonly string[];
  /** The words that a loop variable goes through (`.for NAME in …`), as they stand in the file. */
  readonly loops: ReadonlyMap<string, readonly string[]>;
  /** Variables that are taken back (`.undef`). */
  readonly undefined: ReadonlySet<string>;
  /** True when a value may depend on the time of day. */
  readonly tellsTime: boolean;
}

export interface ScannedCommand {
  readonly text: string;
  /** The variable that gets the output, where it has a plain name: undefined after reading, the command was not run. */
  readonly variable?: string;
  /** The variable that holds it as a modifier (`NAME = …:sh`): it is run only where somebody says `${…:${NAME}}`. */
  readonly macro?: string;
  /** What it stood for when it was run cannot be asked any more: a variable in it gets another value further down. */
  readonly isOvertaken?: true;
}

/** Reads a makefile's text (make(1), "VARIABLE ASSIGNMENTS", "MODIFIERS", "DIRECTIVES"). What is in doubt counts as there. */
export function scanMakefile(text: string): MakefileScan {
  const commands: ScannedCommand[] = [];
  const includes: string[] = [];
  const usedMacros = new Set<string>();
  const loops = new Map<string, string[]>();
  const gone = new Set<string>();
  let tellsTime = false;
  const assigned = lastAssignments(text);
  let number = -1;
  for (const line of logicalLines(text)) {
    number += 1;
    if (line.startsWith('.')) {
      const [, path] = /^\.\s*(?:s|-|d)include\s+["<]([^">]+)[">]/.exec(line) ?? [];
      if (path !== undefined && /^[/$]/.test(path)) includes.push(path);
      const [, names = '', list = ''] = /^\.\s*for\s+(.*?)\s+in\b\s*(.*)$/.exec(line) ?? [];
      for (const name of names.split(/\s+/))
        if (name !== '') loops.set(name, [...(loops.get(name) ?? []), list]);
      for (const name of /^\.\s*undef\s+(.*)/.exec(line)?.[1]?.split(/\s+/) ?? []) gone.add(name);
    } else {
      const [, name = '', command] = shellAssignment.exec(line) ?? [];
      if (command !== undefined) {
        const isOvertaken = [...command.matchAll(/\$[{(]([\w.]+)/g)].some(
          ([, used = '']) => (assigned.get(used) ?? -1) > number,
        );
        commands.push({
          text: command,
          ...(/^[\w.]+$/.test(name) ? {variable: name} : {}),
          ...(isOvertaken ? {isOvertaken} : {}),
        });
      }
    }
    if (!line.includes(':')) continue;
    for (const [, command = ''] of line.matchAll(/:!((?:[^!\\]|\\.)+)!/g)) commands.push({text: command});
    // Nothing tells when that is run, and so not what it is run with either.
    if (line.includes('::!=')) commands.push({text: '', isOvertaken: true});
    const [, macro] = /^([\w.]+)\s*=\s*[^$\s]/.exec(line) ?? [];
    for (const [, name] of line.matchAll(/([\w.]*):sh(?=[:})]|$)/g)) {
      // Something else than a plain name before it: any command at all.
      const text = name === undefined || name === '' ? '${}' : `\${${name}}`;
      commands.push(macro === undefined ? {text} : {text, macro});
    }
    for (const [, name = ''] of line.matchAll(/:\$[{(]([\w.]+)/g)) usedMacros.add(name);
    if (/:(?:gm|local)time\b/.test(line)) tellsTime = true;
  }
  return {commands, includes, usedMacros, loops, undefined: gone, tellsTime};
}

/** `NAME != command`, and `NAME:sh = command`, which means the same (SUNSHCMD in parse.c of BSD make). */
const shellAssignment = /^([^\s!?+:=#][^\s!?+=]*?)\s*(?:!=|:sh\s*=)\s*(.*)$/;

/**
 * The number of the last logical line that gives a variable another value. Further commands are passed over: of several that
 * ask for the same thing, one is run.
 */
function lastAssignments(text: string): Map<string, number> {
  const last = new Map<string, number>();
  let number = -1;
  for (const line of logicalLines(text)) {
    number += 1;
    const [, name] = /^([\w.]+)\s*:{0,2}=/.exec(line) ?? [];
    if (name !== undefined) last.set(name, number);
  }
  return last;
}

/** Lines with their continuations, without comments and the recipes of targets: `make -V` runs none. */
function* logicalLines(text: string): Generator<string> {
  // Most files have nothing of interest at all.
  if (!/!=|:!|:sh[:})\s=]|[s-]include|dinclude|undef|time|:\$/.test(text)) return;
  for (const line of text.replaceAll(/\\\n\s*/g, ' ').split('\n')) {
    if (line.startsWith('\t') || line.startsWith('#')) continue;
    const trimmed = line.trim();
    if (trimmed !== '' && !trimmed.startsWith('#')) yield trimmed;
  }
}

/** The part of a text that make would expand: `${…}`, `$(…)` or `$x`; `$$` is the shell's business. */
export interface Expression {
  readonly raw: string;
  /** The variable, where the expression is no more than a name and perhaps modifiers. */
  readonly variable?: string;
}

/** Cuts a text at its expressions. */
export function splitExpressions(text: string): (string | Expression)[] {
  const parts: (string | Expression)[] = [];
  let literal = '';
  let at = 0;
  while (at < text.length) {
    if (text[at] !== '$') {
      literal += text.charAt(at);
      at += 1;
    } else if (text[at + 1] === '$') {
      literal += '$';
      at += 2;
    } else {
      const end = expressionEnd(text, at);
      const raw = text.slice(at, end);
      const [, name, letter] = /^\$(?:[{(]([A-Za-z_.][\w.]*)(?::[^$]*)?[)}]|([A-Za-z]))$/.exec(raw) ?? [];
      const variable = name ?? letter;
      parts.push(literal, variable === undefined ? {raw} : {raw, variable});
      literal = '';
      at = end;
    }
  }
  parts.push(literal);
  return parts.filter((part) => part !== '');
}

function expressionEnd(text: string, start: number): number {
  const open = text[start + 1];
  if (open !== '{' && open !== '(') return Math.min(start + 2, text.length);
  const close = open === '{' ? '}' : ')';
  let depth = 0;
  for (let at = start + 1; at < text.length; at += 1) {
    if (text[at] === open) depth += 1;
    if (text[at] === close) depth -= 1;
    if (depth === 0) return at + 1;
  }
  return text.length;
}
