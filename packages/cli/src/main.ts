import process from 'node:process';

// Loaded here and not by a static import, which would end with status 1, a finding, where the installation is broken.
try {
  const { runProgram } = await import('./program.ts');
  await runProgram(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`pgdrill could not be started: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 3;
}
