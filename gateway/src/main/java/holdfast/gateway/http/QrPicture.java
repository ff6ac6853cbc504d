package holdfast.gateway.http;

import com.google.zxing.WriterException;
import com.google.zxing.qrcode.decoder.ErrorCorrectionLevel;
import com.google.zxing.qrcode.encoder.ByteMatrix;
import com.google.zxing.qrcode.encoder.Encoder;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;
import java.util.zip.DeflaterOutputStream;

/// A QR as a picture, dark on light with the quiet zone of four modules that scanners need.
public final class QrPicture {
  private static final int QUIET = 4;
  private static final int PIXELS_PER_MODULE = 6;
  private static final byte[] PNG_SIGNATURE = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'};

  private final ByteMatrix modules;
  private final int size;

  private QrPicture(ByteMatrix modules) {
    this.modules = modules;
    this.size = modules.getWidth() + 2 * QUIET;
  }

  public static QrPicture of(String text) {
    try {
      return new QrPicture(Encoder.encode(text, ErrorCorrectionLevel.L).getMatrix());
    } catch (WriterException e) {
      throw new IllegalStateException("a QR can't hold that", e);
    }
  }

  int size() {
    return size;
  }

  /// Whether the module at `x`, `y`, counted with the quiet zone, is dark.
  boolean dark(int x, int y) {
    int column = x - QUIET;
    int row = y - QUIET;
    return column >= 0
        && row >= 0
        && column < modules.getWidth()
        && row < modules.getHeight()
        && modules.get(column, row) == 1;
  }

  /// For a terminal: two rows of modules to a line. Drawn light on dark, because terminals are;
  /// those that aren't are told so by their colours being set.
  public String text() {
    var lines = new StringBuilder();
    for (int y = 0; y < size; y += 2) {
      lines.append("\u001B[40;97m");
      for (int x = 0; x < size; x++) {
        lines.append(half(!dark(x, y), !dark(x, y + 1)));
      }
      lines.append("\u001B[0m\n");
    }
    return lines.toString();
  }

  private static char half(boolean upper, boolean lower) {
    if (upper) {
      return lower ? '█' : '▀';
    }
    return lower ? '▄' : ' ';
  }

  String svg() {
    var path = new StringBuilder();
    for (int y = 0; y < size; y++) {
      for (int x = 0; x < size; x++) {
        if (dark(x, y)) {
          path.append('M').append(x).append(' ').append(y).append("h1v1h-1z");
        }
      }
    }
    return """
    <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" shape-rendering="crispEdges">\
    <rect width="100%%" height="100%%" fill="#fff"/><path d="%s" fill="#000"/></svg>
    """
        .formatted(size, size, path);
  }

  /// One bit a pixel, grey; written by hand because that is less than starting AWT for it.
  byte[] png() {
    var bytes = new ByteArrayOutputStream();
    try (var out = new DataOutputStream(bytes)) {
      int pixels = size * PIXELS_PER_MODULE;
      out.write(PNG_SIGNATURE);
      chunk(out, "IHDR", header(pixels));
      chunk(out, "IDAT", deflated(pixels));
      chunk(out, "IEND", new byte[0]);
    } catch (IOException e) {
      throw new IllegalStateException("writing to memory failed", e);
    }
    return bytes.toByteArray();
  }

  private static byte[] header(int pixels) throws IOException {
    var header = new ByteArrayOutputStream();
    try (var out = new DataOutputStream(header)) {
      out.writeInt(pixels);
      out.writeInt(pixels);
      out.write(new byte[] {1, 0, 0, 0, 0}); // 1 bit, grey, the only methods there are
    }
    return header.toByteArray();
  }

  private byte[] deflated(int pixels) throws IOException {
    var data = new ByteArrayOutputStream();
    try (var out = new DeflaterOutputStream(data)) {
      for (int y = 0; y < pixels; y++) {
        var line = new byte[1 + (pixels + 7) / 8]; // begins with the filter: none
        for (int x = 0; x < pixels; x++) {
          if (!dark(x / PIXELS_PER_MODULE, y / PIXELS_PER_MODULE)) {
            line[1 + x / 8] |= (byte) (0x80 >>> (x % 8));
          }
        }
        out.write(line);
      }
    }
    return data.toByteArray();
  }

  private static void chunk(DataOutputStream out, String type, byte[] data) throws IOException {
    var name = type.getBytes(StandardCharsets.US_ASCII);
    var check = new CRC32();
    check.update(name);
    check.update(data);
    out.writeInt(data.length);
    out.write(name);
    out.write(data);
    out.writeInt((int) check.getValue());
  }
}
