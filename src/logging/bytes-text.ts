const units = ['B', 'KB', 'MB', 'GB', 'TB'] as const;

/** A size in bytes as `512 MB` or `1.5 GB`: powers of 1024, one decimal below 10. Negative sizes count as zero. */
export function bytesText(bytes: number): string {
  let size = Math.max(0, bytes);
  let unit = 0;
  while (Math.round(size) >= 1000 && unit < units.length - 1) {
    size /= 1024;
    unit += 1;
  }
  const text = unit > 0 && size < 9.95 ? size.toFixed(1) : String(Math.round(size));
  return `${text} ${units[unit] ?? ''}`;
}
