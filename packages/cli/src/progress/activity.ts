import type { PhaseName, ProgressEvent } from '@pgdrill/core';

/** What is shown: the phases of a drill, and the loading of a workload. */
export type ShownPhase = PhaseName | 'load';

/** An event of a drill, or the like of another phase. */
export type ShownEvent = OfAnyPhase<ProgressEvent>;

type OfAnyPhase<Event> = Event extends { readonly phase: PhaseName }
  ? Omit<Event, 'phase'> & { readonly phase: ShownPhase }
  : Event;

type Progress = Extract<ShownEvent, { readonly type: 'progress' }>;

/** What one phase is at. */
export interface Activity {
  readonly phase: ShownPhase;
  /** Milliseconds on the clock of `performance.now()`. */
  readonly startedAt: number;
  /** The latest word of each kind of work: tables are scanned and chains are walked at the same time. */
  readonly work: ReadonlyMap<Progress['unit'], Work>;
}

/** The latest word of one kind of work, and the first, from which its rate follows. */
export interface Work {
  readonly first: { readonly at: number; readonly done: number };
  readonly last: Progress;
  readonly lastAt: number;
}

/** The phases at work, in the order in which they began. */
export type Activities = readonly Activity[];

/** Follows what a drill tells. */
export function follow(activities: Activities, event: ShownEvent, now: number): Activities {
  switch (event.type) {
    case 'phase-start':
      return [...activities, { phase: event.phase, startedAt: now, work: new Map() }];
    case 'phase-end':
      return activities.filter(({ phase }) => phase !== event.phase);
    case 'progress':
      return activities.map((activity) => (activity.phase === event.phase ? advance(activity, event, now) : activity));
    default:
      return activities;
  }
}

function advance(activity: Activity, event: Progress, now: number): Activity {
  const earlier = activity.work.get(event.unit);
  // Work that begins anew, such as the walk of the next chain, has a rate of its own.
  const goesOn = earlier?.last.label === event.label || (earlier !== undefined && event.done >= earlier.last.done);
  const first =
    goesOn && earlier ? earlier.first : { at: earlier ? now : activity.startedAt, done: earlier ? event.done : 0 };
  return { ...activity, work: new Map([...activity.work, [event.unit, { first, last: event, lastAt: now }]]) };
}
