/**
 * The program `pgdrill`, for those who start it from a program of their own.
 *
 * @module
 */
export { runProgram } from './program.ts';
