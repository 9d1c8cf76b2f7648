/**
 * The three ways in which a drill ends early. Everything else that is thrown is a defect of pgdrill or of a plug-in and is reported as such.
 * A message says what was being done, quotes the value, and ends with what the user can do; it never holds a password.
 */

/** Wrong usage or configuration, or a refusal made before anything was written. Exit status 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** Something that was needed to verify could not be had: a connection, a tool, a permission, an answer in time. Exit status 3. */
export class CannotVerifyError extends Error {
  override readonly name = 'CannotVerifyError';
}

/** The backup on trial was proven bad before any rows could be compared (broken archive, failed restore). A finding: exit status 1. */
export class DrillFailure extends Error {
  override readonly name = 'DrillFailure';
  /** Stable finding code, such as `backup/archive-damaged` or `restore/failed`. */
  readonly code: string;
  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** A statement that PostgreSQL refused, or a connection that broke, without any secret in it. */
export class DatabaseError extends CannotVerifyError {
  /** Five-character SQLSTATE, or null when the server sent none (a broken connection, a deadline). */
  readonly sqlstate: string | null;
  /** What the server's error was about, by names alone. */
  readonly about: ErrorSubject;
  constructor(sqlstate: string | null, message: string, options?: ErrorOptions & { readonly about?: ErrorSubject }) {
    super(message, options);
    this.sqlstate = sqlstate;
    this.about = options?.about ?? {};
  }
}

/** What an error of the server is about. Source: PostgreSQL manual, "Error and Notice Message Fields". */
export interface ErrorSubject {
  readonly table?: string;
  readonly column?: string;
  readonly constraint?: string;
  /** The function in PostgreSQL's own source that reported it, such as `exec_stmt_raise` for RAISE in PL/pgSQL. */
  readonly routine?: string;
}
