// Run Python in Pyodide, as xlwings Lite does: node pyodide.mjs FOLDER PROGRAM FILES…
//
// FOLDER holds Pyodide with NumPy and pandas. FILES are copied to /functions, zip files and wheels among
// them go onto the path. PROGRAM is run there, and what it leaves in `answer` is printed.

import fs from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

const [folder, program, ...files] = process.argv.slice(2);
const { loadPyodide } = await import(pathToFileURL(path.join(folder, 'pyodide.mjs')).href);
const silent = () => {};
const pyodide = await loadPyodide({ indexURL: folder + path.sep, stdout: silent, stderr: console.error });
await pyodide.loadPackage(['numpy', 'pandas'], { messageCallback: silent });
pyodide.FS.mkdir('/functions');
for (const file of files) pyodide.FS.writeFile('/functions/' + path.basename(file), fs.readFileSync(file));
await pyodide.runPythonAsync(`
import os, sys
os.chdir('/functions')
sys.path[:0] = ['/functions', *(f'/functions/{name}' for name in os.listdir() if name.endswith('.zip'))]
`);
try {
  const answer = await pyodide.runPythonAsync(fs.readFileSync(program, 'utf8') + '\nanswer');
  process.stdout.write(answer);
} catch (error) {
  // Not thrown on, as Node would print the whole of Pyodide beside it.
  console.error(error.message);
  process.exitCode = 1;
}
