/** The limit of starting: Node with nothing to do. Says that it is there, and stays. */
process.stderr.write('listening\n');
setInterval(() => {}, 60_000);
