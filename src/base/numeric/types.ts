/**
 * Number types of the kernel. To TypeScript they are all numbers and say what is meant; the compiler to WebAssembly
 * has them built in and holds the code to them.
 */
export type f64 = number;
export type i32 = number;
export type u32 = number;
export type bool = boolean;
