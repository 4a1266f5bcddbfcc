/** The part of `AbortSignal` that the core needs; the core compiles without DOM types. */
export interface AbortFlag {
  readonly aborted: boolean;
}

export const NEVER_ABORTED: AbortFlag = { aborted: false };
