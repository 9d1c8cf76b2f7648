import type { KnownMessage } from '../known-message.ts';

/** What the target server lacks: extensions, languages, libraries. */
export const extensionMessages: readonly KnownMessage[] = [
  {
    id: 'extension-unavailable',
    pattern:
      /extension "[^"]*" is not available|could not open extension control file|extension "[^"]*" has no (?:installation script|update path)/,
    meaning: 'lost',
    what: 'it is not there, and nothing that stands on it can be',
    why: 'The extension, or this version of it, is not installed on the target server. Install the same extension on the target server.',
  },
  {
    id: 'timescaledb',
    pattern: /_timescaledb_|timescaledb_(?:pre|post)_restore|root table of hypertable|\bTimescaleDB\b/,
    meaning: 'lost',
    what: 'it is not there, or not as it was',
    why: 'A TimescaleDB database is restored between SELECT timescaledb_pre_restore() and SELECT timescaledb_post_restore(), with the same version of the extension: run them around the restore.',
  },
  {
    id: 'preload-missing',
    pattern:
      /must be (?:pre)?loaded via "?shared_preload_libraries|must be preloaded|loaded via shared_preload_libraries/,
    meaning: 'lost',
    what: 'it is not there, or not filled',
    why: 'The extension has to be loaded when the server starts. Name it in shared_preload_libraries of the target server, and start that again.',
  },
  {
    id: 'extension-missing',
    pattern: /extension "[^"]*" does not exist/,
    meaning: 'lost',
    what: 'it is not there, or not as it was',
    why: 'The extension that it belongs to was not created: an earlier error says why.',
  },
  {
    id: 'language-missing',
    pattern: /language "[^"]*" does not exist/,
    meaning: 'lost',
    what: 'it is not there',
    why: 'The language that it is written in is not in the target database. Install its extension on the target server.',
  },
  {
    id: 'library-missing',
    pattern: /could not (?:access|load|find) (?:file|library|function) "/,
    sqlstates: ['58P01'],
    meaning: 'lost',
    what: 'it is not there',
    why: 'The shared library that it calls is not on the target server. Install the same extension on the target server.',
  },
  {
    id: 'security-label-provider',
    pattern: /security label provider "[^"]*" is not loaded|no security label providers have been loaded/,
    meaning: 'lost',
    part: 'security-label',
    what: 'its security label is not there',
    why: 'The provider of the label is not loaded on the target server. Load it by shared_preload_libraries, or restore with --no-security-labels.',
  },
];
