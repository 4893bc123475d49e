package cn.unionecard.gateway.pages;

import com.google.zxing.BarcodeFormat;
import com.google.zxing.EncodeHintType;
import com.google.zxing.MultiFormatWriter;
import com.google.zxing.WriterException;
import com.google.zxing.common.BitMatrix;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;

/**
 * What a camera sees to which somebody holds a code: drawn by others' code, with a camera's noise.
 */
final class Film {
  private static final int WIDTH = 640;
  private static final int HEIGHT = 480;
  private static final int FRAMES = 4;
  private static final int NOISE = 20;
  private static final int DARK = 50;
  private static final int LIGHT = 200;

  private Film() {}

  /** Switches by which a browser takes that for its camera, without asking. */
  static String[] of(Path folder, BarcodeFormat format, String text)
      throws IOException, WriterException {
    Path film = folder.resolve("film.y4m");
    Path unused = Files.write(film, film(code(format, text)));
    return new String[] {
      "--use-fake-ui-for-media-stream",
      "--use-fake-device-for-media-stream",
      "--use-file-for-fake-video-capture=" + film
    };
  }

  private static BitMatrix code(BarcodeFormat format, String text) throws WriterException {
    boolean bars = format == BarcodeFormat.CODE_128;
    return new MultiFormatWriter()
        .encode(text, format, bars ? 560 : 380, bars ? 160 : 380, Map.of(EncodeHintType.MARGIN, 4));
  }

  /** YUV4MPEG2, 4:2:0: the code in the middle of something grey. */
  private static byte[] film(BitMatrix code) throws IOException {
    Random random = new Random(11);
    ByteArrayOutputStream film = new ByteArrayOutputStream();
    film.write(
        "YUV4MPEG2 W%d H%d F10:1 Ip A1:1 C420jpeg\n"
            .formatted(WIDTH, HEIGHT)
            .getBytes(StandardCharsets.US_ASCII));
    int left = (WIDTH - code.getWidth()) / 2;
    int top = (HEIGHT - code.getHeight()) / 2;
    for (int frame = 0; frame < FRAMES; frame++) {
      byte[] light = new byte[WIDTH * HEIGHT];
      for (int y = 0; y < HEIGHT; y++) {
        for (int x = 0; x < WIDTH; x++) {
          boolean inside =
              x >= left && y >= top && x < left + code.getWidth() && y < top + code.getHeight();
          int level = inside && code.get(x - left, y - top) ? DARK : LIGHT;
          light[y * WIDTH + x] = (byte) (level + random.nextInt(2 * NOISE) - NOISE);
        }
      }
      byte[] colour = new byte[WIDTH * HEIGHT / 2];
      Arrays.fill(colour, (byte) 128);
      film.write("FRAME\n".getBytes(StandardCharsets.US_ASCII));
      film.write(light);
      film.write(colour);
    }
    return film.toByteArray();
  }
}
