/**
 * The pages' reader of codes in pictures, which the build compiles to JavaScript ({@code
 * pages/camera/picture.js}). Never run as Java, and in no jar.
 */
@NullMarked
package cn.unionecard.camera;

import org.jspecify.annotations.NullMarked;
