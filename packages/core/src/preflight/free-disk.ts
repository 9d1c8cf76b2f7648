import { ok, unknown, type PreflightItem } from './item.ts';
import type { Judge } from './judge-context.ts';

/**
 * Is there room for the backup, and for the restored database? The size of either is only guessed from that of the source, so too little is a warning,
 * and an error only below a twentieth of the guess.
 */
export const freeDisk: Judge = ({ source, target, demands, method, disk }) => {
  const { bytes } = source.facts;
  const { directory, directoryFree, targetFree } = disk;
  const backup =
    demands === null
      ? unknown('free-disk', `How large a backup becomes, the backup method ${method} does not say.`)
      : room(`the backup, in ${directory}`, directoryFree, bytes * demands.bytesPerByte, {
          remedy: 'Set TMPDIR to a place with more room, or compress the backup.',
        });
  const restored = room('the restored database', targetFree, bytes, {
    remedy: "Make room where the target's server keeps its files, or restore elsewhere.",
    where: target.kind === 'sandbox' ? undefined : 'its server keeps its files elsewhere, or does not say where',
  });
  return [backup, restored];
};

const HOPELESS = 1 / 20;

function room(
  what: string,
  free: number | null,
  needed: number,
  { remedy, where }: { readonly remedy: string; readonly where?: string | undefined },
): PreflightItem {
  if (free === null)
    return unknown('free-disk', `Room for ${what} was not looked at: ${where ?? 'the system does not tell it'}.`);
  const sizes = `about ${sizeText(needed)} for ${what}, and ${sizeText(free)} free`;
  if (free >= needed) return ok('free-disk', `${capital(sizes)}.`);
  return {
    id: 'free-disk',
    status: free < needed * HOPELESS ? 'error' : 'warning',
    message: `${capital(sizes)}.`,
    remedy,
  };
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

const UNITS = ['kB', 'MB', 'GB', 'TB', 'PB'];

function sizeText(bytes: number): string {
  let value = bytes / 1000;
  let index = 0;
  for (; value >= 1000 && index < UNITS.length - 1; index += 1) value /= 1000;
  return `${value.toFixed(value < 10 ? 1 : 0)} ${UNITS[index] ?? ''}`;
}
