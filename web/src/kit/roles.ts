/** The colours of dlbook/record/palette.py, by what they stand for. */

export type Role =
  | "ink" | "muted" | "line" | "grid" | "paper" | "deep" | "shallow" | "exact" | "extra"
  | "deepwash" | "shallowwash";

/** The variable of the page's theme that holds a colour. */
export const variable = (role: Role): string => `var(--fig-${role})`;
