/**
 * The expression API: what a cell's author writes with. Numbers are lifted; a value of one entry is broadcast; a
 * shared vector meeting a row vector is broadcast over rows. Shapes are checked where the mistake is made, and the message
 * names the operation and both operands.
 */
export * from './arithmetic.js';
export * from './structure.js';
