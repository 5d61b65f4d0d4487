/** Keeps one processor busy for some seconds: a foreign program beside an idle API. */
const endsAt = performance.now() + Number(process.argv[2]) * 1_000;
while (performance.now() < endsAt);
console.log("{}");
