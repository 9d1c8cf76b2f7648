import { ok } from './item.ts';
import type { Judge } from './judge-context.ts';

/** Is a side a hot standby? It may be read, and its snapshot exported and dumped (since PostgreSQL 10), but nothing can be made on it. */
export const standby: Judge = ({ source, target }) => {
  if (target.facts.inRecovery) {
    return [
      {
        id: 'standby',
        status: 'error',
        message: 'The target is on a standby, which can only be read.',
        remedy: 'Use --target sandbox, or --target-server with a server that can be written to.',
      },
    ];
  }
  if (!source.facts.inRecovery) return [ok('standby', 'Neither side is a standby.')];
  const { replayWaits } = source.facts;
  if (replayWaits < 0) return [ok('standby', 'The source is a standby, which lets long queries end.')];
  return [
    {
      id: 'standby',
      status: 'warning',
      message: `The source is a standby, and cancels what holds up its replay for more than ${replayWaits} s: a longer drill may be cancelled.`,
      remedy: 'Set hot_standby_feedback = on, or max_standby_streaming_delay = -1, on the standby.',
    },
  ];
};
