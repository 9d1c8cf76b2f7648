import type { ReportFinding, Severity } from '@pgdrill/core';

/** The severity of the gravest among some findings. What is accepted is the least of them, whatever its severity; undefined when there are none. */
export function gravestOf(findings: readonly ReportFinding[]): Severity | 'accepted' | undefined {
  const open = findings.filter(({ accepted }) => accepted === undefined);
  const found = (['error', 'warning', 'notice'] as const).find((severity) =>
    open.some((finding) => finding.severity === severity),
  );
  return found ?? (findings.length > 0 ? 'accepted' : undefined);
}
