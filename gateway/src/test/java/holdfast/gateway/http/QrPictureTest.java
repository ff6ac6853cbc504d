package holdfast.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.zxing.BinaryBitmap;
import com.google.zxing.DecodeHintType;
import com.google.zxing.RGBLuminanceSource;
import com.google.zxing.common.GlobalHistogramBinarizer;
import com.google.zxing.qrcode.QRCodeReader;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class QrPictureTest {
  private static final String TEXT =
      "https://wa.me/settings/linked_devices#2@" + "abcDEF/+12".repeat(20) + ",1";

  @Test
  @DisplayName("R9 The PNG is scanned back to the text it was drawn from")
  void pngIsReadable() throws Exception {
    var png = QrPicture.of(TEXT).png();
    var image = ImageIO.read(new ByteArrayInputStream(png));

    assertThat(scan(image)).isEqualTo(TEXT);
  }

  @Test
  @DisplayName("R9 The half blocks of the terminal are scanned back too")
  void textIsReadable() throws Exception {
    var lines = QrPicture.of(TEXT).text().replaceAll("\u001B\\[[0-9;]*m", "").lines().toList();
    int width = lines.getFirst().length();
    var image = new BufferedImage(width, 2 * lines.size(), BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < lines.size(); y++) {
      for (int x = 0; x < width; x++) {
        char block = lines.get(y).charAt(x);
        image.setRGB(x, 2 * y, block == '█' || block == '▀' ? 0xFFFFFF : 0);
        image.setRGB(x, 2 * y + 1, block == '█' || block == '▄' ? 0xFFFFFF : 0);
      }
    }
    assertThat(scan(enlarged(image))).isEqualTo(TEXT);
  }

  @Test
  @DisplayName("The SVG draws each dark module once")
  void svgIsComplete() {
    var picture = QrPicture.of(TEXT);
    long dark = 0;
    for (int y = 0; y < picture.size(); y++) {
      for (int x = 0; x < picture.size(); x++) {
        dark += picture.dark(x, y) ? 1 : 0;
      }
    }
    assertThat(picture.svg().split("h1v1h-1z", -1)).hasSize((int) dark + 1);
    assertThat(picture.svg().getBytes(StandardCharsets.US_ASCII)).isNotEmpty();
  }

  private static BufferedImage enlarged(BufferedImage small) {
    int times = 4;
    var large =
        new BufferedImage(
            small.getWidth() * times, small.getHeight() * times, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < large.getHeight(); y++) {
      for (int x = 0; x < large.getWidth(); x++) {
        large.setRGB(x, y, small.getRGB(x / times, y / times));
      }
    }
    return large;
  }

  private static String scan(BufferedImage image) throws Exception {
    int width = image.getWidth();
    int height = image.getHeight();
    var pixels = image.getRGB(0, 0, width, height, new int[width * height], 0, width);
    var source = new RGBLuminanceSource(width, height, pixels);
    return new QRCodeReader()
        .decode(
            new BinaryBitmap(new GlobalHistogramBinarizer(source)),
            Map.of(DecodeHintType.PURE_BARCODE, true))
        .getText();
  }
}
