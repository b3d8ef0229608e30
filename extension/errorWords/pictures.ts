import { l10n } from 'vscode';
import type { pictureErrors } from '../../backend-native/protocol/errorKinds/pictures.js';
import type { Wording } from '../../backend-native/protocol/errorReasons.js';
import { millions } from './amounts.js';

export const pictureWords: Wording<typeof pictureErrors> = {
  noImage: ({ file, is }) => {
    switch (is) {
      case 'heic':
        return [
          l10n.t('{0} is a HEIC image, which is not read here.', file),
          l10n.t(
            'Export it as JPEG or PNG: Preview and Photos on a Mac, Photos on Windows, and every phone can. JPEG is also what iPhones save with Settings › Camera › Formats › Most Compatible.',
          ),
        ];
      case 'pdf':
        return [l10n.t('{0} is a PDF document, not an image.', file), undefined];
      case 'zip':
        return [l10n.t('{0} is a ZIP archive or an office document, not an image.', file), undefined];
      case 'gguf':
        return [l10n.t('{0} is a model file, not an image.', file), undefined];
      case 'text':
        return [
          l10n.t('{0} is text, not an image.', file),
          l10n.t('Attach it as a document, or use PNG, JPEG, WebP, GIF, BMP, TIFF, AVIF or SVG.'),
        ];
      case 'unknown':
        return [l10n.t('{0} is of no image format known here.', file), undefined];
    }
  },
  tooManyPixels: ({ file, width, height, most }) =>
    l10n.t(
      '{0} has {1} x {2} pixels ({3} megapixels); at most {4} megapixels are read.',
      file,
      width,
      height,
      millions(width * height),
      millions(most),
    ),
  tooManyPixelsTogether: ({ file, pixels, most }) =>
    l10n.t(
      'The images up to {0} have {1} megapixels together; a question takes at most {2}.',
      file,
      millions(pixels),
      millions(most),
    ),
  conversationPictures: ({ pixels, most }) => [
    l10n.t(
      'The conversation has to be read again, and its images have {0} megapixels together; at most {1} are read at once.',
      millions(pixels),
      millions(most),
    ),
    l10n.t('Begin a new conversation.'),
  ],
  frameBeyond: ({ file, frames, frame }) => l10n.t('{0} has {1} frames and no frame {2}.', file, frames, frame),
  firstFrameOnly: ({ file }) => [
    l10n.t('Only the first frame of {0} can be read.', file),
    l10n.t('Save the frame as a picture of its own, or the animation as GIF or WebP.'),
  ],
};
