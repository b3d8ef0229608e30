/** Programs that write a picture of the whole screen: VS Code has none, and every platform has another. */
export interface CaptureTool {
  /** A program of the system; never a shell. */
  readonly file: string;
  /** @param picture the path of the PNG file that it is to write */
  readonly arguments: (picture: string) => readonly string[];
}

/**
 * The programs to try, in order: not every one is installed everywhere.
 * @returns none where there is no desktop
 */
export function captureTools(
  platform: NodeJS.Platform,
  environment: Readonly<Record<string, string | undefined>>,
): readonly CaptureTool[] {
  if (platform === 'darwin') return [screencapture];
  if (platform === 'win32') return [powershell(environment['SystemRoot'] ?? 'C:\\Windows')];
  // In a Wayland session, programs of X11 see nothing but other programs of X11.
  if (environment['WAYLAND_DISPLAY']) return desktopFirst([grim, gnomeScreenshot, spectacle], environment);
  if (environment['DISPLAY']) return desktopFirst([scrot, imageMagick, gnomeScreenshot, spectacle], environment);
  return [];
}

/** The desktop's own program. */
function desktopFirst(
  tools: readonly CaptureTool[],
  environment: Readonly<Record<string, string | undefined>>,
): readonly CaptureTool[] {
  const desktop = environment['XDG_CURRENT_DESKTOP'] ?? '';
  const own = /\bKDE\b/i.test(desktop) ? spectacle : /\bGNOME\b/i.test(desktop) ? gnomeScreenshot : tools[0];
  return [...new Set(own ? [own, ...tools] : tools)];
}

const grim: CaptureTool = { file: 'grim', arguments: (picture) => [picture] };
const scrot: CaptureTool = { file: 'scrot', arguments: (picture) => [picture] };
const imageMagick: CaptureTool = { file: 'import', arguments: (picture) => ['-silent', '-window', 'root', picture] };
const gnomeScreenshot: CaptureTool = { file: 'gnome-screenshot', arguments: (picture) => ['--file', picture] };
const spectacle: CaptureTool = {
  file: 'spectacle',
  arguments: (picture) => ['--background', '--nonotify', '--fullscreen', '--output', picture],
};
const screencapture: CaptureTool = { file: '/usr/sbin/screencapture', arguments: (picture) => ['-x', picture] };

/** By its whole path: Windows would look into the current folder first. All screens, in their real pixels. */
function powershell(systemRoot: string): CaptureTool {
  return {
    file: `${systemRoot}\\System32\\WindowsPowerShell\\v1.0\\powershell.exe`,
    arguments: (picture) => [
      '-NoProfile',
      '-NonInteractive',
      '-Command',
      "Add-Type -Namespace LookOnce -Name Screen -MemberDefinition '" +
        '[System.Runtime.InteropServices.DllImport("user32.dll")] public static extern bool SetProcessDPIAware();' +
        "'; [LookOnce.Screen]::SetProcessDPIAware() | Out-Null;" +
        ' Add-Type -AssemblyName System.Windows.Forms, System.Drawing;' +
        ' $all = [System.Windows.Forms.SystemInformation]::VirtualScreen;' +
        ' $image = New-Object System.Drawing.Bitmap $all.Width, $all.Height;' +
        ' $graphics = [System.Drawing.Graphics]::FromImage($image);' +
        ' $graphics.CopyFromScreen($all.Location, [System.Drawing.Point]::Empty, $all.Size);' +
        ` $image.Save('${picture.replaceAll("'", "''")}', [System.Drawing.Imaging.ImageFormat]::Png)`,
    ],
  };
}
