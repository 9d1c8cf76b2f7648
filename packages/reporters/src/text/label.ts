import { singleLine } from '../single-line.ts';
import { cutTo } from './display-width.ts';

/** A name or version, cut so that it cannot push the rest of its line away. */
export function label(text: string, width: number = 40): string {
  return cutTo(singleLine(text, 4 * width).replace(/… \(\d+ more characters\)$/, '…'), width);
}
