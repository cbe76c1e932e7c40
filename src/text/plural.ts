/** Numbers of things, in words. */

/** `1 rule`, `2 rules`; `1 person`, `2 people` */
export function plural(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}
