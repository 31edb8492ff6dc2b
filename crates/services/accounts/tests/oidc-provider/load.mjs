// Packages from the folder given on the command line: they are installed under target/, not here.
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const require = createRequire(pathToFileURL(join(process.argv[2], 'package.json')));

export const load = (name) => import(pathToFileURL(require.resolve(name)));
