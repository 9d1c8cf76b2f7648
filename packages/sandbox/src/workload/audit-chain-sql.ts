/**
 * The tables of the reference chain: events, each sealed with the hash of the one before it, and the one-row sentinel that holds the newest hash.
 */
export const auditChainTables = `
CREATE TABLE public.audit_events (
  id text PRIMARY KEY,
  actor text NOT NULL,
  actor_type text NOT NULL,
  action text NOT NULL,
  resource_type text,
  resource_id text,
  details jsonb,
  "timestamp" timestamptz NOT NULL,
  prev_hash text,
  row_hash text NOT NULL
);

CREATE TABLE public.audit_chain_head (
  only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  head_hash text
);

INSERT INTO public.audit_chain_head (head_hash) VALUES (NULL);
`;

/**
 * What makes the tables a chain: the row hash, the trigger that seals each new row under a lock on the sentinel, the triggers that refuse everything
 * but INSERT, and the function that walks the chain.
 *
 * Every name is qualified, because a restore runs with an empty search_path.
 */
export const auditChainRules = `
CREATE FUNCTION public.audit_row_hash(prev_hash text, event public.audit_events) RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT pg_catalog.encode(pg_catalog.sha256(pg_catalog.convert_to(
    coalesce(prev_hash, '')
    || '|' || (event).id
    || '|' || (event).actor
    || '|' || (event).actor_type
    || '|' || (event).action
    || '|' || coalesce((event).resource_type, '')
    || '|' || coalesce((event).resource_id, '')
    || '|' || coalesce((event).details::text, '')
    || '|' || pg_catalog.to_char((event)."timestamp" AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
    'UTF8')), 'hex')
$$;

CREATE FUNCTION public.audit_events_seal() RETURNS trigger
LANGUAGE plpgsql SET search_path = '' AS $$
BEGIN
  SELECT head.head_hash INTO NEW.prev_hash FROM public.audit_chain_head AS head FOR UPDATE;
  NEW.row_hash := public.audit_row_hash(NEW.prev_hash, NEW);
  UPDATE public.audit_chain_head SET head_hash = NEW.row_hash;
  RETURN NEW;
END
$$;

CREATE FUNCTION public.audit_events_refuse() RETURNS trigger
LANGUAGE plpgsql SET search_path = '' AS $$
BEGIN
  RAISE EXCEPTION 'audit_events is append-only: % refused', TG_OP USING ERRCODE = 'restrict_violation';
END
$$;

CREATE FUNCTION public.verify_audit_chain(OUT first_break_id text, OUT first_break_pos bigint, OUT row_count bigint)
LANGUAGE plpgsql STABLE SET search_path = '' AS $$
DECLARE
  event public.audit_events;
  head text;
BEGIN
  row_count := 0;
  FOR event IN SELECT e.* FROM public.audit_events AS e ORDER BY e."timestamp", e.id LOOP
    row_count := row_count + 1;
    IF first_break_pos IS NULL
      AND (event.prev_hash IS DISTINCT FROM head OR event.row_hash <> public.audit_row_hash(head, event))
    THEN
      first_break_id := event.id;
      first_break_pos := row_count;
    END IF;
    head := event.row_hash;
  END LOOP;
END
$$;

CREATE TRIGGER audit_events_seal BEFORE INSERT ON public.audit_events
  FOR EACH ROW EXECUTE FUNCTION public.audit_events_seal();
CREATE TRIGGER audit_events_append_only BEFORE UPDATE OR DELETE ON public.audit_events
  FOR EACH ROW EXECUTE FUNCTION public.audit_events_refuse();
CREATE TRIGGER audit_events_no_truncate BEFORE TRUNCATE ON public.audit_events
  FOR EACH STATEMENT EXECUTE FUNCTION public.audit_events_refuse();
`;

/** The order in which the chain is walked. Made after the rows, which is faster. */
export const auditChainOrder = `CREATE INDEX audit_events_order ON public.audit_events ("timestamp", id);`;
