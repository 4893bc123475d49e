package cn.unionecard.camera;

import com.google.zxing.BinaryBitmap;
import com.google.zxing.DecodeHintType;
import com.google.zxing.PlanarYUVLuminanceSource;
import com.google.zxing.Reader;
import com.google.zxing.ReaderException;
import com.google.zxing.common.HybridBinarizer;
import com.google.zxing.oned.Code128Reader;
import com.google.zxing.qrcode.QRCodeReader;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.teavm.jso.JSByRef;
import org.teavm.jso.JSExport;

/** Finds a code in a picture of a camera: QR, or Code 128 as cards show it. */
public final class Picture {
  private static final Map<DecodeHintType, Object> HINTS =
      Map.of(DecodeHintType.TRY_HARDER, true, DecodeHintType.CHARACTER_SET, "UTF-8");

  private Picture() {}

  /** What the compiler begins with; does nothing. */
  public static void main(String[] nothing) {}

  /**
   * The code's text; null if there is none, or one that is damaged.
   *
   * @param light of each pixel, a byte, row by row
   */
  @JSExport
  public static @Nullable String read(@JSByRef byte[] light, int width, int height) {
    BinaryBitmap picture =
        new BinaryBitmap(
            new HybridBinarizer(
                new PlanarYUVLuminanceSource(light, width, height, 0, 0, width, height, false)));
    String text = read(new QRCodeReader(), picture);
    return text == null ? read(new Code128Reader(), picture) : text;
  }

  private static @Nullable String read(Reader reader, BinaryBitmap picture) {
    try {
      return reader.decode(picture, HINTS).getText();
    } catch (ReaderException e) {
      return null;
    }
  }
}
