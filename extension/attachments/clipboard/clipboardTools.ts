/** Programs that give the picture of a clipboard: VS Code itself only reads its text. */
export interface ClipboardTool {
  /** A program of the system; never a shell. */
  readonly file: string;
  /**
   * Prints the types that the clipboard holds, one in a line; left out for a program that converts to PNG by itself.
   */
  readonly listArguments?: readonly string[];
  /** Prints the picture of a type. */
  readonly readArguments: (type: string) => readonly string[];
  /** As its bytes, or as their base64. */
  readonly prints: 'bytes' | 'base64';
}

/** What a picture is asked for as, the first that the clipboard holds. */
const pictureTypes = [
  'image/png',
  'image/webp',
  'image/jpeg',
  'image/bmp',
  'image/tiff',
  'image/gif',
  'image/avif',
] as const;

/**
 * The programs to try, in order: not every one is installed everywhere.
 * @returns none where there is no desktop
 */
export function clipboardTools(
  platform: NodeJS.Platform,
  environment: Readonly<Record<string, string | undefined>>,
): readonly ClipboardTool[] {
  if (platform === 'darwin') return [osascript];
  if (platform === 'win32') return [powershell(environment['SystemRoot'] ?? 'C:\\Windows')];
  return [...(environment['WAYLAND_DISPLAY'] ? [wlPaste] : []), ...(environment['DISPLAY'] ? [xclip] : [])];
}

/** The type to ask for, of those in the clipboard; undefined when none is a picture. */
export function pictureType(listed: string): string | undefined {
  const types = new Set(listed.split(/\r?\n/).map((line) => line.trim()));
  return pictureTypes.find((type) => types.has(type));
}

const xclip: ClipboardTool = {
  file: 'xclip',
  listArguments: ['-selection', 'clipboard', '-target', 'TARGETS', '-out'],
  readArguments: (type) => ['-selection', 'clipboard', '-target', type, '-out'],
  prints: 'bytes',
};

const wlPaste: ClipboardTool = {
  file: 'wl-paste',
  listArguments: ['--list-types'],
  readArguments: (type) => ['--no-newline', '--type', type],
  prints: 'bytes',
};

const osascript: ClipboardTool = {
  file: '/usr/bin/osascript',
  readArguments: () => [
    '-l',
    'JavaScript',
    '-e',
    `ObjC.import('AppKit');
const board = $.NSPasteboard.generalPasteboard;
const data = ['public.png', 'public.tiff', 'public.jpeg']
  .map((type) => board.dataForType(type))
  .find((one) => !one.isNil());
data === undefined ? '' : ObjC.unwrap(data.base64EncodedStringWithOptions(0));`,
  ],
  prints: 'base64',
};

/** By its whole path: Windows would look into the current folder first. */
function powershell(systemRoot: string): ClipboardTool {
  return {
    file: `${systemRoot}\\System32\\WindowsPowerShell\\v1.0\\powershell.exe`,
    readArguments: () => [
      '-NoProfile',
      '-NonInteractive',
      '-STA',
      '-Command',
      'Add-Type -AssemblyName System.Windows.Forms, System.Drawing;' +
        ' $image = [System.Windows.Forms.Clipboard]::GetImage();' +
        ' if ($image) { $stream = New-Object System.IO.MemoryStream;' +
        ' $image.Save($stream, [System.Drawing.Imaging.ImageFormat]::Png);' +
        ' [Convert]::ToBase64String($stream.ToArray()) }',
    ],
    prints: 'base64',
  };
}
