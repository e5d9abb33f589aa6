/** Why a build that could start is held back; sizes in bytes. */
export type HoldReason =
  | {readonly kind: 'memory'; readonly needed: number; readonly free: number}
  | {readonly kind: 'disk'; readonly needed: number; readonly free: number}
  | {readonly kind: 'load'; readonly load: number; readonly limit: number}
  /** It, or what runs, is to be alone: a second try after memory ran out. */
  | {readonly kind: 'alone'};
