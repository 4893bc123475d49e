package cn.unionecard.gateway.edge.iso8583.codec;

import cn.unionecard.gateway.edge.iso8583.codec.FormatError.Reason;
import cn.unionecard.gateway.edge.iso8583.codec.IsoField.Encoding;
import cn.unionecard.gateway.edge.iso8583.codec.IsoField.Padding;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * One ISO 8583 message, from the MTI to the last field: a view of the frame it was read from, or
 * one under construction.
 *
 * <p>Reading records where each field stands and checks that it is what the table says; nothing is
 * copied, and values are decoded when they are asked for. One object may read or build any number
 * of messages, one after another. Fields (2 to 64) may be set in any order; after a setter's error
 * begin anew. Not thread-safe.
 */
public final class IsoMessage {
  /** Texts for Chinese readers, as terminals print them. */
  static final Charset GBK = Gbk.CHARSET;

  /** The field of the MAC, the last one. */
  public static final int MAC_FIELD = 64;

  private static final int REPEAT = 1;
  private static final int MAC_BYTES = 8;
  private static final int MTI_BYTES = 2;
  private static final int BITMAP_BYTES = 8;
  private static final long WIDE = Long.MIN_VALUE;
  private static final int OWN_BYTES = 256;

  /** Bytes of a field of unknown length that are stepped over in search of those behind it. */
  private static final int LOST_BYTES_MAX = 40;

  private final int[] starts = new int[IsoSpec.LAST + 1];
  private final int[] lengths = new int[IsoSpec.LAST + 1];
  private @Nullable ByteBuf own;
  private ByteBuf bytes = Unpooled.EMPTY_BUFFER;
  private int origin;
  private int mti;
  private long bitmap;
  private boolean wide;
  private @Nullable FormatError fault;

  /**
   * Reads the message that fills a range of a buffer. The buffer must not change while this is in
   * use.
   *
   * @throws FormatError when the bytes do not fit the profile; the MTI and all fields whose place
   *     is known can be asked for nevertheless
   */
  public void read(ByteBuf buffer, int from, int to) {
    bytes = buffer;
    origin = from;
    mti = 0;
    bitmap = 0;
    wide = false;
    fault = null;
    room("MTI", MTI_BYTES, from, to);
    int at = readMti(from);
    room("bitmap", BITMAP_BYTES, at, to);
    long fields = buffer.getLong(at);
    at += BITMAP_BYTES;
    long second = 0;
    if (fields < 0) {
      room("bitmap", BITMAP_BYTES, at, to);
      second = buffer.getLong(at);
      at += BITMAP_BYTES;
      wide = true;
    }
    end(readFields(fields & ~WIDE, at, to), second, to);
    if (fault != null) {
      throw fault;
    }
  }

  private int readMti(int at) {
    int high = bytes.getUnsignedByte(at);
    int low = bytes.getUnsignedByte(at + 1);
    Nibbles.checkDigits(bytes, at, MTI_BYTES, "MTI");
    mti = high << 8 | low;
    return at + MTI_BYTES;
  }

  private int readFields(long fields, int from, int to) {
    int at = from;
    long left = fields;
    while (left != 0) {
      int number = Long.numberOfLeadingZeros(left) + 1;
      IsoField field = IsoSpec.field(number);
      left &= ~bit(number);
      try {
        at = readField(field, number, at, to);
      } catch (FormatError lost) {
        findBehind(left, at, to);
        throw first(lost);
      }
    }
    return at;
  }

  /**
   * Where the fields behind one of unknown length are: where all of them fit up to the end. Only so
   * that the reply can say whose request it was.
   */
  private void findBehind(long left, int from, int to) {
    long before = bitmap;
    for (int at = from; at <= Math.min(from + LOST_BYTES_MAX, to); at++) {
      if (fits(left, at, to)) {
        return;
      }
      bitmap = before;
    }
  }

  private boolean fits(long fields, int from, int to) {
    int at = from;
    long left = fields;
    while (left != 0) {
      int number = Long.numberOfLeadingZeros(left) + 1;
      left &= ~bit(number);
      IsoField field = IsoSpec.field(number);
      int next = field == null ? -1 : end(field, at, to);
      if (field == null || next < 0) {
        return false;
      }
      starts[number] = next - field.bytes(lengths[number]);
      bitmap |= bit(number);
      at = next;
    }
    return at == to;
  }

  /** Where a field ends that begins there, its length noted; negative if it cannot. */
  private int end(IsoField field, int from, int to) {
    int prefix = field.length().prefixBytes;
    if (to - from < prefix || !Nibbles.areDigits(bytes, from, 0, 2 * prefix)) {
      return -1;
    }
    int length = field.isFixed() ? field.max() : (int) Nibbles.number(bytes, from, 0, 2 * prefix);
    int end = from + prefix + field.bytes(length);
    boolean fits =
        length <= field.max()
            && end <= to
            && (!field.read() || holdsDigits(field, from + prefix, length));
    lengths[field.number()] = length;
    return fits ? end : -1;
  }

  /** The fault that was met first is the one that is told. */
  private FormatError first(FormatError error) {
    if (fault == null) {
      fault = error;
    }
    return fault;
  }

  private void end(int at, long second, int to) {
    if (second != 0) {
      throw first(unknown(IsoSpec.LAST + 1 + Long.numberOfLeadingZeros(second)));
    }
    if (at != to) {
      throw first(new FormatError("message", Reason.LEFT_OVER, to - at, 0));
    }
  }

  /** A field whose place is known is stepped over even when what it holds is wrong. */
  private int readField(@Nullable IsoField field, int number, int from, int to) {
    if (field == null) {
      throw unknown(number);
    }
    int length = field.max();
    int at = from;
    if (!field.isFixed()) {
      room(field.path(), field.length().prefixBytes, at, to);
      length = readLength(field, at);
      at += field.length().prefixBytes;
    }
    boolean fits = fits(field, length);
    int octets = field.bytes(length);
    room(field.path(), octets, at, to);
    if (fits && (!field.read() || holdsDigits(field, at, length))) {
      bitmap |= bit(field.number());
    } else if (fits) {
      notDigits(field, at, octets);
    }
    starts[field.number()] = at;
    lengths[field.number()] = length;
    return at + octets;
  }

  private int readLength(IsoField field, int at) {
    try {
      int length = Nibbles.twoDigits(bytes.getUnsignedByte(at), field.path(), 1);
      return field.length().prefixBytes == 2
          ? length * 100 + Nibbles.twoDigits(bytes.getUnsignedByte(at + 1), field.path(), 3)
          : length;
    } catch (FormatError e) {
      throw first(e);
    }
  }

  /** The half byte that fills up an odd number of them is no digit and may be anything. */
  private boolean holdsDigits(IsoField field, int at, int length) {
    return Nibbles.areDigits(bytes, at, field.padding() == Padding.LEFT ? length & 1 : 0, length);
  }

  private boolean fits(IsoField field, int length) {
    try {
      atMost(field, length);
      return true;
    } catch (FormatError e) {
      FormatError unused = first(e);
      return false;
    }
  }

  private void notDigits(IsoField field, int at, int octets) {
    try {
      Nibbles.checkDigits(bytes, at, octets, field.path());
    } catch (FormatError e) {
      FormatError unused = first(e);
    }
  }

  /** Begins a new message to build, of that type as it is written: {@code 0x0210}. */
  public void begin(int type) {
    ByteBuf buffer = own;
    if (buffer == null) {
      buffer = Unpooled.buffer(OWN_BYTES);
      own = buffer;
    }
    buffer.clear();
    bytes = buffer;
    mti = type;
    bitmap = 0;
    wide = false;
  }

  /** The message type as it is written: {@code 0x0200}. */
  public int mti() {
    return mti;
  }

  /**
   * The message type without its last digit's 1, which says that the terminal sends it once more
   * and nothing else: {@code 0x0200} for {@code 0x0201}.
   */
  public int type() {
    return (mti & 0xf) == REPEAT ? mti - REPEAT : mti;
  }

  /** Whether the field is there. */
  public boolean has(int number) {
    return (bitmap & bit(number)) != 0;
  }

  /** Digits or bytes of a field that is there. */
  public int length(int number) {
    return has(number) ? lengths[number] : absent(number);
  }

  /** A field of at most 18 digits as a number. */
  public long number(int number) {
    return number(number, 0, length(number));
  }

  /** Some digits of a field as a number. */
  long number(int number, int first, int count) {
    return Nibbles.number(bytes, start(number), first(number) + first, count);
  }

  /** A field as text: digits, characters (GBK), or hex when it is binary. */
  public String text(int number) {
    return text(number, 0, length(number));
  }

  /** Some digits or bytes of a field as text. */
  String text(int number, int first, int count) {
    int at = start(number);
    return switch (IsoSpec.known(number).encoding()) {
      case N, Z -> Nibbles.text(bytes, at, first(number) + first, count);
      case AN -> bytes.toString(at + first, count, StandardCharsets.US_ASCII);
      case ANS -> bytes.toString(at + first, count, GBK);
      case B -> Nibbles.text(bytes, at + first, 0, count * 2);
    };
  }

  /** The bytes of a field as they stand on the wire, without its length. */
  public byte[] octets(int number) {
    byte[] octets = new byte[IsoSpec.known(number).bytes(length(number))];
    bytes.getBytes(starts[number], octets);
    return octets;
  }

  /** One byte of a field. */
  int octet(int number, int index) {
    return bytes.getUnsignedByte(start(number) + index);
  }

  /** Sets digits from a number, filled up with zeros; a field of fixed length. */
  public void set(int number, long value) {
    IsoField field = IsoSpec.known(number);
    ByteBuf out = building();
    if (!field.isFixed() || field.encoding() != Encoding.N) {
      throw new IllegalArgumentException(field.path() + " is no number");
    }
    if (value < 0 || value >= Nibbles.power(field.max())) {
      throw new FormatError(
          field.path(), Reason.OUT_OF_RANGE, value, Nibbles.power(field.max()) - 1);
    }
    boolean shift = (field.max() & 1) != 0 && field.padding() == Padding.RIGHT;
    place(field, out.writerIndex(), field.max());
    Nibbles.write(out, shift ? value * 10 : value, field.bytes(field.max()));
  }

  /** Sets digits, or text in ASCII or GBK. */
  public void set(int number, String value) {
    IsoField field = IsoSpec.known(number);
    if (field.encoding().nibbles) {
      setDigits(field, value);
    } else if (field.encoding() == Encoding.AN) {
      setText(field, value);
    } else {
      set(number, Gbk.bytes(value));
    }
  }

  /** Sets the bytes of a field that is text or binary. */
  public void set(int number, byte[] value) {
    IsoField field = IsoSpec.known(number);
    if (field.encoding().nibbles) {
      throw new IllegalArgumentException(field.path() + " takes digits");
    }
    ByteBuf out = prefix(field, value.length);
    out.writeBytes(value);
    if (field.encoding() == Encoding.AN) {
      Nibbles.checkText(out, starts[number], value.length, field.path());
    }
  }

  /** Sets a field to what it is in another message. */
  public void copy(int number, IsoMessage from) {
    IsoField field = IsoSpec.known(number);
    int length = from.length(number);
    ByteBuf out = prefix(field, length);
    out.writeBytes(from.bytes, from.starts[number], field.bytes(length));
  }

  private void setDigits(IsoField field, String value) {
    int length = value.length();
    ByteBuf out = prefix(field, length);
    int start = out.writerIndex();
    out.writeZero(field.bytes(length));
    int index = (length & 1) != 0 && field.padding() == Padding.LEFT ? 1 : 0;
    for (int i = 0; i < length; i++, index++) {
      int half = half(field, value.charAt(i), i);
      int at = start + (index >>> 1);
      out.setByte(at, out.getByte(at) | ((index & 1) == 0 ? half << 4 : half));
    }
  }

  private static int half(IsoField field, char character, int index) {
    if (character >= '0' && character <= '9') {
      return character - '0';
    }
    if (field.encoding() == Encoding.Z && (character == 'D' || character == '=')) {
      return 0xD;
    }
    throw new FormatError(field.path(), Reason.NOT_DECIMAL, character, index + 1L);
  }

  private void setText(IsoField field, String value) {
    int length = value.length();
    ByteBuf out = prefix(field, length);
    for (int i = 0; i < length; i++) {
      char character = value.charAt(i);
      if (character < ' ' || character > '~') {
        throw new FormatError(field.path(), Reason.NOT_TEXT, character, i + 1L);
      }
      out.writeByte(character);
    }
  }

  /** Writes the length before a value and notes where the value will stand. */
  private ByteBuf prefix(IsoField field, int length) {
    ByteBuf out = building();
    atMost(field, length);
    if (field.isFixed() && length != field.max()) {
      throw new FormatError(
          field.path(), Reason.LENGTH_WRONG, length, field.max(), field.encoding().unit);
    }
    Nibbles.write(out, length, field.length().prefixBytes);
    place(field, out.writerIndex(), length);
    return out;
  }

  private void place(IsoField field, int at, int length) {
    starts[field.number()] = at;
    lengths[field.number()] = length;
    bitmap |= bit(field.number());
  }

  private ByteBuf building() {
    if (own == null || bytes != own) {
      throw new IllegalStateException("begin a message before setting its fields");
    }
    return own;
  }

  /** Appends the message to a buffer. */
  public void writeTo(ByteBuf out) {
    out.writeShort(mti);
    out.writeLong(wide ? bitmap | WIDE : bitmap);
    if (wide) {
      out.writeLong(0);
    }
    writeFields(out);
  }

  /** Appends the message with its MAC as the last field. */
  public void writeTo(ByteBuf out, Mac mac) {
    if (!has(MAC_FIELD)) {
      building().writeZero(MAC_BYTES);
      place(IsoSpec.known(MAC_FIELD), building().writerIndex() - MAC_BYTES, MAC_BYTES);
    }
    int from = out.writerIndex();
    writeTo(out);
    int at = out.writerIndex() - MAC_BYTES;
    out.setLong(at, mac.over(out, from, at));
  }

  /** Fields that lie side by side are copied at once. */
  private void writeFields(ByteBuf out) {
    int from = 0;
    int to = 0;
    long left = bitmap;
    while (left != 0) {
      int number = Long.numberOfLeadingZeros(left) + 1;
      left &= ~bit(number);
      IsoField field = IsoSpec.known(number);
      int start = starts[number] - field.length().prefixBytes;
      if (start != to) {
        out.writeBytes(bytes, from, to - from);
        from = start;
      }
      to = starts[number] + field.bytes(lengths[number]);
    }
    out.writeBytes(bytes, from, to - from);
  }

  /** Whether a message that was read carries the MAC its bytes must have. */
  public boolean isProvedBy(Mac mac) {
    return has(MAC_FIELD) && macValue() == mac.over(bytes, origin, starts[MAC_FIELD]);
  }

  /**
   * The same of a message that cannot be read to its end: a MAC is the last field, so it fills the
   * last bytes.
   */
  public boolean isProvedByEnd(Mac mac, int to) {
    int at = to - MAC_BYTES;
    boolean announced =
        at >= origin + MTI_BYTES + BITMAP_BYTES
            && (bytes.getByte(origin + MTI_BYTES + BITMAP_BYTES - 1) & 1) != 0;
    return announced && bytes.getLong(at) == mac.over(bytes, origin, at);
  }

  /**
   * Refuses a field that is not all digits.
   *
   * @throws FormatError naming it
   */
  public void requireDigits(int number) {
    IsoField field = IsoSpec.known(number);
    Nibbles.checkDigits(bytes, start(number), field.bytes(length(number)), field.path());
  }

  /** The eight bytes of the MAC. */
  long macValue() {
    return bytes.getLong(start(MAC_FIELD));
  }

  private int start(int number) {
    return has(number) ? starts[number] : absent(number);
  }

  /** Half bytes before the first digit. */
  private int first(int number) {
    IsoField field = IsoSpec.known(number);
    return field.padding() == Padding.LEFT ? lengths[number] & 1 : 0;
  }

  private static void atMost(IsoField field, int length) {
    if (length > field.max()) {
      Reason reason = field.isFixed() ? Reason.LENGTH_WRONG : Reason.TOO_LONG;
      throw new FormatError(field.path(), reason, length, field.max(), field.encoding().unit);
    }
  }

  private void room(String path, int octets, int at, int to) {
    if (to - at < octets) {
      throw first(new FormatError(path, Reason.TRUNCATED, octets, to - at, "bytes"));
    }
  }

  private static FormatError unknown(int number) {
    return new FormatError("F" + number, Reason.FIELD_UNKNOWN, number, IsoSpec.LAST);
  }

  private static int absent(int number) {
    throw new FormatError("F" + number, Reason.ABSENT, 0, 1);
  }

  private static long bit(int number) {
    return 1L << (IsoSpec.LAST - number);
  }
}
