/**
 * Runs several pieces of work at the same time. When one fails, `stop` is aborted with its error so that the others end soon; all have ended when
 * this returns or throws.
 *
 * @throws what failed first
 */
export async function together<Results extends readonly unknown[]>(
  stop: AbortController,
  works: { readonly [Index in keyof Results]: () => Promise<Results[Index]> },
): Promise<Results> {
  let failure: { readonly error: unknown } | undefined;
  const settled = await Promise.all(
    works.map(async (work) => {
      try {
        return await work();
      } catch (error) {
        failure ??= { error };
        if (!stop.signal.aborted) stop.abort(error);
        return undefined;
      }
    }),
  );
  if (failure) throw failure.error;
  return settled as unknown as Results;
}
