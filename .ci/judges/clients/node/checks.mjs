// Runs the checks of a program one after the other, and reports all that failed.
export async function report(client, checks) {
  for (const [name, check] of Object.entries(checks)) {
    try {
      await check();
      console.log(`ok      ${client}: ${name}`);
    } catch (error) {
      process.exitCode = 1;
      console.log(`FAILED  ${client}: ${name}`);
      console.log(error);
    }
  }
}
