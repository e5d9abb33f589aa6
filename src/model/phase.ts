/** The units that are scheduled, in the order in which a step passes through them. */
export const phases = ['fetch', 'build', 'package', 'install'] as const;
export type Phase = (typeof phases)[number];
