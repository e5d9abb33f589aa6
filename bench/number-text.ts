/** `1.26 s` from 10 ms up to a few hours, `0.4 ms` below. */
export function msText(ms: number): string {
  if (ms < 10) return `${ms.toFixed(1)} ms`;
  if (ms < 600_000) return `${(ms / 1000).toFixed(2)} s`;
  return `${(ms / 3_600_000).toFixed(2)} h`;
}

export function ratioText(ratio: number): string {
  return ratio.toFixed(3);
}

export function megabytesText(bytes: number): string {
  return `${Math.round(bytes / 1e6)} MB`;
}

/** 31616 as `31,616`. */
export function countText(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ',');
}
