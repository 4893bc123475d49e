import com.solab.iso8583.IsoMessage;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.Socket;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Locale;

/** The line to the gateway: frames, and the proof of what goes over it. */
final class Line implements AutoCloseable {
  private static final int HEAD = 11;
  private static final int MAC = 8;
  private static final int PATIENCE_MS = 10_000;
  private static final byte[] TPDU_AND_HEADER = HexFormat.of().parseHex("6000030007603100310000");

  /** A reply, and what the header wants of the terminal. */
  record Reply(IsoMessage message, int requirement, boolean isProved) {
    String text(int field) {
      return Profile.text(message, field);
    }

    boolean has(int field) {
      return message.hasField(field);
    }
  }

  private final Profile profile;
  private final Keys keys;
  private final Socket socket;

  Line(String host, int port, Profile profile, Keys keys) throws IOException {
    this.profile = profile;
    this.keys = keys;
    socket = new Socket(host, port);
    socket.setSoTimeout(PATIENCE_MS);
  }

  /** Sends a request; with a MAC once there are keys. */
  void send(IsoMessage request) throws Exception {
    byte[] body = request.writeData();
    if (keys.areTaken()) {
      profile.set(request, 64, new byte[MAC]);
      byte[] unproved = request.writeData();
      byte[] mac = keys.mac(Arrays.copyOf(unproved, unproved.length - MAC));
      profile.set(request, 64, mac);
      body = request.writeData();
    }
    ByteArrayOutputStream frame = new ByteArrayOutputStream();
    int length = TPDU_AND_HEADER.length + body.length;
    frame.write(length >>> 8);
    frame.write(length);
    frame.writeBytes(TPDU_AND_HEADER);
    frame.writeBytes(body);
    socket.getOutputStream().write(frame.toByteArray());
  }

  /** The reply that belongs to a request; any other is stepped over. */
  Reply reply(IsoMessage request) throws Exception {
    while (true) {
      DataInputStream in = new DataInputStream(socket.getInputStream());
      byte[] frame = new byte[in.readUnsignedShort()];
      in.readFully(frame);
      IsoMessage message = profile.reply(frame, HEAD);
      boolean isOurs =
          message.getType() == request.getType() + 0x10
              && Profile.text(message, 11).equals(Profile.text(request, 11));
      if (isOurs) {
        return new Reply(message, frame[7] & 0xf, isProved(frame, message));
      }
    }
  }

  private boolean isProved(byte[] frame, IsoMessage message) throws Exception {
    if (!message.hasField(64)) {
      return false;
    }
    byte[] right = keys.mac(Arrays.copyOfRange(frame, HEAD, frame.length - MAC));
    if (!Arrays.equals(right, Profile.octets(message, 64))) {
      throw new IllegalStateException(
          String.format(Locale.ROOT, "the MAC of a reply %04x is wrong", message.getType()));
    }
    return true;
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
