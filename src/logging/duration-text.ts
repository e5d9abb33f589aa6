/**
 * A measured time in milliseconds as `0.4 s`, `12 s`, `3 min 20 s` or `2 h 05 min`, rounded to the last unit shown. Negative
 * times, which a clock that was set back gives, count as zero.
 */
export function durationText(ms: number): string {
  const tenths = Math.round(Math.max(0, ms) / 100);
  if (tenths < 100) return `${(tenths / 10).toFixed(1)} s`;
  return secondsText(Math.round(Math.max(0, ms) / 1000));
}

/** A time that still runs, in full seconds gone by: `3 s`, `3 min 20 s`. */
export function elapsedText(ms: number): string {
  return secondsText(Math.floor(Math.max(0, ms) / 1000));
}

/** A time that is expected to pass, no more exact than it is known: `about 12 min left`, `about 2 h 05 min left`. */
export function remainingText(ms: number): string {
  const minutes = Math.round(Math.max(0, ms) / 60_000);
  if (minutes < 1) return 'less than a minute left';
  if (minutes < 60) return `about ${minutes} min left`;
  return `about ${Math.floor(minutes / 60)} h ${twoDigits(minutes % 60)} min left`;
}

function secondsText(seconds: number): string {
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${twoDigits(seconds % 60)} s`;
  const minutes = Math.round(seconds / 60);
  return `${Math.floor(minutes / 60)} h ${twoDigits(minutes % 60)} min`;
}

/** The local time of day, `12:03:55`, of a moment in milliseconds since 1970. */
export function timeOfDay(at: number): string {
  const date = new Date(at);
  return [date.getHours(), date.getMinutes(), date.getSeconds()].map(twoDigits).join(':');
}

function twoDigits(value: number): string {
  return String(value).padStart(2, '0');
}
